import Stores

/// Writes values as they stand in the package's CSV: exact, quoted only when needed, NULL as the table's marker.
struct CellWriter {
  /// What NULL is written as, never quoted.
  let nullMarker: [UInt8]
  /// Whether the table has one column, where an empty line would be no row.
  let isOnlyColumn: Bool

  /// Binary values up to this many bytes stand in the cell, larger ones in a file.
  static let largestInline = 1024

  /// Appends a value to a line.
  ///
  /// - Parameter fileName: the name of the file that a large binary value goes to.
  /// - Returns: what the value turned out to be, and what the sidecar must say about it.
  func append(
    _ cell: CopiedRow.Cell, of row: borrowing CopiedRow, as form: ColumnForm, to line: inout [UInt8], fileName: () -> String
  ) -> (seen: Seen, flag: CellFlag?) {
    switch cell.kind {
    case .null:
      line.append(contentsOf: nullMarker)
      return (.null, nil)
    case .integer:
      line.append(decimal: cell.integer)
      return (.integer, form.isNumeric ? nil : .integer)
    case .real:
      line.append(real: cell.real)
      return (.number, form.isNumeric ? nil : .real)
    case .blob:
      let bytes = row.bytes[cell.range]
      guard bytes.count <= Self.largestInline else {
        line.append(contentsOf: fileName().utf8)
        return (.binary, .file)
      }
      if bytes.isEmpty && isOnlyColumn { line.append(contentsOf: [0x22, 0x22]) }
      line.append(base64: bytes)
      return (.binary, form == .binary || form == .dynamic(.blob) ? nil : .blob)
    case .large:
      line.append(contentsOf: fileName().utf8)
      return (.binary, .file)
    case .text:
      return append(text: cell.range, of: row, as: form, to: &line)
    }
  }

  private func append(
    text range: Range<Int>, of row: borrowing CopiedRow, as form: ColumnForm, to line: inout [UInt8]
  ) -> (seen: Seen, flag: CellFlag?) {
    let bytes = row.bytes[range]
    switch form {
    case .integer:
      line.append(contentsOf: bytes)
      return (.integer, nil)
    case .numeric, .float:
      return (append(number: bytes, to: &line), nil)
    case .boolean:
      line.append(contentsOf: bytes.first == UInt8(ascii: "t") ? Self.true : Self.false)
      return (.text, nil)
    case .date, .time, .timestamp, .moment:
      return append(time: bytes, as: form, to: &line)
    case .interval:
      return (append(plain: bytes, to: &line, when: !bytes.contains(UInt8(ascii: "-"))), nil)
    case .dynamic(let affinity):
      let seen: Seen = bytes.isDay ? .day : .text
      guard append(text: bytes, to: &line) else { return (.odd, .encodedText) }
      // Text that reads as a number becomes one when it is put into such a column again.
      let turns = affinity == .blob || (form.isNumeric && seen != .day && bytes.looksNumeric)
      return (seen, turns ? .text : nil)
    case .uuid:
      return (append(plain: bytes, to: &line, when: true), nil)
    case .array:
      let isJSON = bytes.first == UInt8(ascii: "[") && !bytes.hasBounds
      guard append(text: bytes, to: &line) else { return (.odd, .encodedText) }
      return (isJSON ? .text : .odd, nil)
    case .text, .json, .binary, .other:
      guard append(text: bytes, to: &line) else { return (.odd, .encodedText) }
      return (.text, nil)
    }
  }

  private func append(plain bytes: ArraySlice<UInt8>, to line: inout [UInt8], when isRegular: Bool) -> Seen {
    line.append(contentsOf: bytes)
    return isRegular ? .text : .odd
  }

  /// `Infinity` is `INF` in a data package.
  private func append(number bytes: ArraySlice<UInt8>, to line: inout [UInt8]) -> Seen {
    if bytes.last == UInt8(ascii: "y") {
      if bytes.first == UInt8(ascii: "-") { line.append(UInt8(ascii: "-")) }
      line.append(contentsOf: Array("INF".utf8))
    } else {
      line.append(contentsOf: bytes)
    }
    return .number
  }

  private func append(time bytes: ArraySlice<UInt8>, as form: ColumnForm, to line: inout [UInt8]) -> (seen: Seen, flag: CellFlag?) {
    let start = line.count
    line.append(contentsOf: bytes)
    switch form {
    case .date: return (bytes.isDay ? .text : .odd, nil)
    case .time: return (bytes.starts(with: Array("24".utf8)) ? .odd : .text, nil)
    default:
      let isMoment = form == .moment
      guard bytes.count >= 19, bytes.prefix(10).isDay, bytes[bytes.startIndex + 10] == UInt8(ascii: " "),
        isMoment ? bytes.suffix(3).elementsEqual("+00".utf8) : bytes.last != UInt8(ascii: "C")
      else { return (.odd, nil) }
      line[start + 10] = UInt8(ascii: "T")
      if isMoment {
        line.removeLast(3)
        line.append(UInt8(ascii: "Z"))
      }
      return (.text, nil)
    }
  }

  private static let `true` = Array("true".utf8)
  private static let `false` = Array("false".utf8)
}

extension CellWriter {
  /// Appends text, quoted when it must be. Text that is no UTF-8, has NUL, or has a line that `COPY` takes for the end goes in
  /// as base64; then the answer is false.
  func append(text bytes: ArraySlice<UInt8>, to line: inout [UInt8]) -> Bool {
    if ByteSearch.isPlain(bytes) && !(bytes.isEmpty && isOnlyColumn) {
      line.append(contentsOf: bytes)
      return true
    }
    let traits = TextTraits(of: bytes)
    if traits.contains(.high) && String(validating: bytes, as: UTF8.self) == nil || traits.contains(.nul)
      || (traits.isSuperset(of: [.lineBreak, .backslash]) && bytes.hasEndOfCopy)
    {
      line.append(base64: bytes)
      return false
    }
    let mustQuote =
      !traits.isDisjoint(with: [.quote, .comma, .lineBreak]) || (bytes.isEmpty && isOnlyColumn)
      || (traits.contains(.backslash)
        && (bytes.elementsEqual("\\N".utf8) || bytes.elementsEqual(nullMarker) || bytes.elementsEqual("\\.".utf8)))
    guard mustQuote else {
      line.append(contentsOf: bytes)
      return true
    }
    line.append(0x22)
    if traits.contains(.quote) {
      for byte in bytes {
        if byte == 0x22 { line.append(0x22) }
        line.append(byte)
      }
    } else {
      line.append(contentsOf: bytes)
    }
    line.append(0x22)
    return true
  }
}

/// What stands in a text, as far as CSV cares.
struct TextTraits: OptionSet {
  let rawValue: UInt8
  static let high = TextTraits(rawValue: 1)
  static let nul = TextTraits(rawValue: 2)
  static let quote = TextTraits(rawValue: 4)
  static let comma = TextTraits(rawValue: 8)
  static let lineBreak = TextTraits(rawValue: 16)
  static let backslash = TextTraits(rawValue: 32)

  init(rawValue: UInt8) { self.rawValue = rawValue }

  init(of bytes: ArraySlice<UInt8>) {
    var found: UInt8 = 0
    for byte in bytes { found |= Self.table[Int(byte)] }
    rawValue = found
  }

  private static let table: [UInt8] = (0...255).map { byte in
    switch byte {
    case 0: nul.rawValue
    case 0x0A, 0x0D: lineBreak.rawValue
    case 0x22: quote.rawValue
    case 0x2C: comma.rawValue
    case 0x5C: backslash.rawValue
    case 0x80...: high.rawValue
    default: 0
    }
  }
}

extension ColumnForm {
  /// Whether SQLite turns text that reads as a number into one when it is put into the column.
  var isNumeric: Bool {
    switch self {
    case .dynamic(.integer), .dynamic(.real), .dynamic(.numeric): true
    default: false
    }
  }
}
