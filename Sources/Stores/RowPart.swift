/// Something of a row that is read before the row changes, or that the changing statement itself gives back.
public enum RowPart: Hashable, Sendable {
  /// What stands in a column.
  case column(String)
  /// A hash of 64 bits, in decimal digits, that the database computes of the values it holds: those of a layout's columns and of the
  /// row's key. One large value at a time is in memory for it.
  case hash(CopyLayout)

  /// A test of its SQL that leaves out the rows that lack it, to go before others; a hash is never missing, nor computed twice.
  func isThere(_ value: String) -> String { if case .column = self { "\(value) IS NOT NULL AND " } else { "" } }
}
