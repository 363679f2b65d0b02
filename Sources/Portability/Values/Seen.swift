/// What the values of a column turned out to be: the descriptor's types rest on it.
struct Seen: OptionSet {
  let rawValue: UInt8

  static let null = Seen(rawValue: 1)
  static let integer = Seen(rawValue: 2)
  /// A number with a fraction, an exponent, or no finite one.
  static let number = Seen(rawValue: 4)
  /// Text that is a day of the calendar.
  static let day = Seen(rawValue: 8)
  /// Any other text of the column's own form.
  static let text = Seen(rawValue: 16)
  /// Bytes in base64, or the name of a file with them.
  static let binary = Seen(rawValue: 32)
  /// A value that the column's own form cannot say: the engine's text, or flagged.
  static let odd = Seen(rawValue: 64)
}

/// What the sidecar says about a value that the column's own form does not tell.
enum CellFlag: String {
  case integer, real, text, blob
  /// The cell is the base64 of a text that is no UTF-8, or that readers of CSV would cut.
  case encodedText = "text-base64"
  /// The cell is the name of a file with the bytes.
  case file
}
