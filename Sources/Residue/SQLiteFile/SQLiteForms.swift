extension ErasedRow {
  /// The row as a SQLite file may hold it: each text on its own, and the values one after another as in a record.
  ///
  /// A record holds the values of a row without anything between them, so also what is too short to be looked for alone is
  /// found there. Values that were not captured cut it into runs.
  public func sqliteForms(_ encoding: SQLiteFileHeader.TextEncoding) -> [Form] {
    var forms: [Form] = []
    var run: [UInt8] = []
    var plain: [UInt8] = []
    var length = 0
    func close() {
      if length > 1 { forms.append(Form(run, of: plain)) }
      (run, plain, length) = ([], [], 0)
    }
    for value in columns {
      switch value {
      case .null: continue
      case .integer(let number):
        let bytes = Self.integer(number)
        run += bytes
        plain += bytes
        length += bytes.isEmpty ? 0 : 1
      case .real(let number):
        let pattern = number.bitPattern
        let bytes = (1...8).map { UInt8(truncatingIfNeeded: pattern >> UInt64(8 * (8 - $0))) }
        // A whole number is stored as an integer.
        if number == number.rounded(), abs(number) < 1e15 { run += Self.integer(Int64(number)) } else { run += bytes }
        plain += bytes.prefix(2)
        length += 1
      case .text(let text):
        let bytes = encoding.encoded(text)
        forms.append(Form(bytes, of: text))
        run += bytes
        plain += text
        length += 1
        if text.count >= ErasedRows.bytesKept { close() }
      case .blob(let blob):
        forms.append(Form(blob))
        run += blob
        plain += blob
        length += 1
        if blob.count >= ErasedRows.bytesKept { close() }
      }
    }
    close()
    return forms
  }

  /// A number in as few bytes as SQLite takes for it; 0 and 1 take none.
  private static func integer(_ number: Int64) -> [UInt8] {
    if number == 0 || number == 1 { return [] }
    let size = [1, 2, 3, 4, 6].first { size in (number < 0 ? ~number : number) >> Int64(8 * size - 1) == 0 } ?? 8
    return (1...size).map { UInt8(truncatingIfNeeded: number >> Int64(8 * (size - $0))) }
  }
}
