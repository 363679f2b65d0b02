import Stores

/// Writes values as they stand in the package's CSV: exact, quoted only when needed, NULL as the table's marker.
struct CellWriter {
  /// What NULL is written as, never quoted.
  let nullMarker: [UInt8]
  /// Whether the table has one column, where an empty line would be no row.
  let isOnlyColumn: Bool

  /// Binary values up to this many bytes stand in the cell, larger ones in a file.
  static let largestInline = 1024

  /// Appends a value to a line; nothing for one that goes into a file, whose name the caller knows.
  ///
  /// - Returns: what the value turned out to be, and what the sidecar must say about it.
  func append(
    _ cell: CopiedRow.Cell, of row: borrowing CopiedRow, as form: ColumnForm, to line: inout LineBuffer
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
      guard cell.range.count <= Self.largestInline else { return (.binary, .file) }
      if cell.range.isEmpty && isOnlyColumn { line.append(contentsOf: [0x22, 0x22]) }
      line.append(base64: row.bytes[cell.range])
      return (.binary, form == .binary || form == .dynamic(.blob) ? nil : .blob)
    case .large:
      return (.binary, .file)
    case .text:
      return append(text: row.bytes(of: cell), as: form, to: &line)
    }
  }

  private func append(text bytes: Span<UInt8>, as form: ColumnForm, to line: inout LineBuffer) -> (seen: Seen, flag: CellFlag?) {
    switch form {
    case .integer:
      line.append(bytes)
      return (.integer, nil)
    case .numeric, .float:
      append(number: bytes, to: &line)
      return (.number, nil)
    case .boolean:
      line.append(contentsOf: bytes.first == UInt8(ascii: "t") ? Self.true : Self.false)
      return (.text, nil)
    case .date, .time, .timestamp, .moment:
      return (append(time: bytes, as: form, to: &line), nil)
    case .interval:
      line.append(bytes)
      return (bytes.indices.contains { bytes[$0] == UInt8(ascii: "-") } ? .odd : .text, nil)
    case .dynamic(let affinity):
      let seen: Seen = ByteSearch.isDay(bytes) ? .day : .text
      guard append(text: bytes, to: &line) else { return (.odd, .encodedText) }
      // Text that reads as a number becomes one when it is put into such a column again.
      let turns = affinity == .blob || (form.isNumeric && seen != .day && bytes.copy[...].looksNumeric)
      return (seen, turns ? .text : nil)
    case .uuid:
      line.append(bytes)
      return (.text, nil)
    case .array:
      let isJSON = bytes.first == UInt8(ascii: "[") && !bytes.copy[...].hasBounds
      guard append(text: bytes, to: &line) else { return (.odd, .encodedText) }
      return (isJSON ? .text : .odd, nil)
    case .text, .json, .binary, .other:
      return append(text: bytes, to: &line) ? (.text, nil) : (.odd, .encodedText)
    }
  }

  /// `Infinity` is `INF` in a data package.
  private func append(number bytes: Span<UInt8>, to line: inout LineBuffer) {
    guard !bytes.isEmpty, bytes[bytes.count - 1] == UInt8(ascii: "y") else { return line.append(bytes) }
    line.append(contentsOf: Array((bytes[0] == UInt8(ascii: "-") ? "-INF" : "INF").utf8))
  }

  private func append(time bytes: Span<UInt8>, as form: ColumnForm, to line: inout LineBuffer) -> Seen {
    let start = line.count
    let count = bytes.count
    line.append(bytes)
    switch form {
    case .date: return ByteSearch.isDay(bytes) ? .text : .odd
    case .time: return count >= 2 && bytes[0] == UInt8(ascii: "2") && bytes[1] == UInt8(ascii: "4") ? .odd : .text
    default:
      guard count >= 19, ByteSearch.isDay(bytes.extracting(first: 10)), bytes[10] == UInt8(ascii: " ") else { return .odd }
      if form == .moment {
        guard bytes[count - 3] == UInt8(ascii: "+"), bytes[count - 2] == 0x30, bytes[count - 1] == 0x30 else { return .odd }
        line.removeLast(3)
        line.append(UInt8(ascii: "Z"))
      } else if bytes[count - 1] == UInt8(ascii: "C") {
        return .odd
      }
      line.replace(at: start + 10, with: UInt8(ascii: "T"))
      return .text
    }
  }

  private static let `true` = Array("true".utf8)
  private static let `false` = Array("false".utf8)
}

extension CellWriter {
  /// Appends text, quoted when it must be. Text that is no UTF-8, has NUL, or has a line that `COPY` takes for the end goes in
  /// as base64; then the answer is false.
  func append(text bytes: Span<UInt8>, to line: inout LineBuffer) -> Bool {
    let isEmptyLine = bytes.isEmpty && isOnlyColumn
    if !isEmptyLine && line.append(plain: bytes) { return true }
    let traits = TextTraits(of: bytes)
    if traits.contains(.high) && !ByteSearch.isUTF8(bytes) || traits.contains(.nul)
      || (traits.isSuperset(of: [.lineBreak, .backslash]) && bytes.copy[...].hasEndOfCopy)
    {
      line.append(base64: bytes.copy[...])
      return false
    }
    let mustQuote =
      !traits.isDisjoint(with: [.quote, .comma, .lineBreak]) || isEmptyLine
      || (traits.contains(.backslash)
        && (isMarker(bytes) || ByteSearch.isEqual(bytes, Self.usualMarker) || ByteSearch.isEqual(bytes, Self.endOfCopy)))
    if mustQuote { line.append(quoted: bytes) } else { line.append(bytes) }
    return true
  }

  /// Appends text to bytes that are no line of a table; see ``append(text:to:)``.
  func append(text: String, to line: inout [UInt8]) {
    var one = LineBuffer(capacity: 64)
    _ = append(text: Array(text.utf8).span, to: &one)
    line += one.bytes
  }

  /// Whether a text is what NULL is written as.
  func isMarker(_ bytes: Span<UInt8>) -> Bool { ByteSearch.isEqual(bytes, nullMarker) }

  private static let usualMarker = Array("\\N".utf8)
  private static let endOfCopy = Array("\\.".utf8)
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

  init(of bytes: Span<UInt8>) {
    var found: UInt8 = 0
    let table = Self.table
    for index in bytes.indices { found |= table[Int(bytes[index])] }
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

extension LineBuffer {
  fileprivate mutating func append(base64 bytes: ArraySlice<UInt8>) {
    var text: [UInt8] = []
    text.append(base64: bytes)
    append(contentsOf: text)
  }
}

extension Span where Element == UInt8 {
  /// The same bytes in an array, for what looks at a few values only.
  fileprivate var copy: [UInt8] { indices.map { self[$0] } }
}
