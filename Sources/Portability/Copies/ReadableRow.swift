import Stores

/// A value as a person reads it: with the same text as in the CSV.
enum ReadableValue: Hashable {
  case null
  /// A whole or broken number in digits; not a finite one where the text says so.
  case number([UInt8])
  case boolean(Bool)
  /// Text in UTF-8.
  case text([UInt8])
  /// JSON.
  case json([UInt8])
  /// Bytes, in base64.
  case bytes([UInt8])
  /// The path of the file that it is in, below `data`.
  case file(String)
}

/// The rows of a table, value by value.
enum ReadableRow {
  /// Reads the rows of a table that was written, and calls a function with each. The numbers of rows must agree.
  static func forEach(
    of table: WrittenTable, from store: any TenantStore, spoolFolder: String, _ body: ([ReadableValue]) throws -> Void
  ) throws {
    // Only for the names of files.
    let names = TableWriter(
      layout: table.layout, fileName: table.table.fileName, folders: table.table.folders, nullMarker: table.table.nullMarker,
      spoolFolder: spoolFolder)
    let cells = CellWriter(nullMarker: [], isOnlyColumn: false)
    var line = LineBuffer(capacity: 1 << 12)
    var rows = 0
    try store.copyOut(table.table.selection) { row in
      rows += 1
      var values: [ReadableValue] = []
      values.reserveCapacity(table.layout.columns.count)
      for (index, column) in table.layout.columns.enumerated() {
        line.clear()
        let (seen, flag) = cells.append(row.cells[index], of: row, as: column.form, to: &line)
        values.append(
          flag == .file
            ? .file(names.path(ofFileIn: index, of: row, at: rows)) : ReadableValue(line.bytes, seen, flag, row.cells[index], column.form))
      }
      try body(values)
    }
    guard rows == table.rows else {
      throw PortabilityError.damaged(path: table.table.name, problem: "\(rows) rows were read for a copy, and \(table.rows) before")
    }
  }
}

extension ReadableValue {
  /// A value by how it stands in the CSV.
  fileprivate init(_ written: [UInt8], _ seen: Seen, _ flag: CellFlag?, _ cell: CopiedRow.Cell, _ form: ColumnForm) {
    if cell.kind == .null {
      self = .null
    } else if flag == .encodedText || cell.kind == .blob {
      self = .bytes(written)
    } else if !seen.isDisjoint(with: [.integer, .number]) {
      self = .number(written)
    } else if form == .boolean {
      self = .boolean(written.first == UInt8(ascii: "t"))
    } else {
      let text = Self.unquoted(written)
      let isJSON = form == .json || (form == .array && !seen.contains(.odd))
      self = isJSON ? .json(text) : .text(text)
    }
  }

  private static func unquoted(_ written: [UInt8]) -> [UInt8] {
    let quote = UInt8(ascii: "\"")
    guard written.first == quote else { return written }
    var text: [UInt8] = []
    text.reserveCapacity(written.count)
    var isDoubled = false
    for byte in written.dropFirst().dropLast() {
      isDoubled = byte == quote && !isDoubled
      if byte != quote || isDoubled { text.append(byte) }
    }
    return text
  }
}
