/// The values of one row that was about to be erased, or of the columns that were about to be emptied.
///
/// They are personal data: they live in memory and sealed beside the journal until the run is certified, and nowhere else.
public struct ErasedRow: Hashable, Sendable {
  /// The columns of the table in their order; those that are not personal have no value here.
  public let columns: [ErasedValue]

  /// A row of values.
  public init(_ columns: [ErasedValue]) { self.columns = columns }
}

/// A value, as any of the databases holds it.
public enum ErasedValue: Hashable, Sendable {
  case null
  case integer(Int64)
  case real(Double)
  /// Text in UTF-8.
  case text([UInt8])
  case blob([UInt8])
}

/// Rows that were captured, and of how many.
public struct ErasedRows: Hashable, Sendable {
  /// The rows; a sample when there were more than could be kept.
  public private(set) var rows: [ErasedRow] = []
  /// How many bytes of one value are kept. The beginning of a long text is enough to find it.
  public static let bytesKept = 512

  /// No rows yet.
  public init() {}

  /// Adds a row.
  public mutating func append(_ row: ErasedRow) { rows.append(row) }

  /// Adds rows that were captured elsewhere.
  public mutating func append(_ others: ErasedRows) { rows += others.rows }
}

extension ErasedRows {
  /// The rows in bytes, to be sealed.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    for row in rows {
      bytes.append(number: row.columns.count)
      for value in row.columns {
        switch value {
        case .null: bytes.append(0)
        case .integer(let number): bytes.append(1, number: UInt64(bitPattern: number))
        case .real(let number): bytes.append(2, number: number.bitPattern)
        case .text(let text): bytes.append(3, content: text)
        case .blob(let blob): bytes.append(4, content: blob)
        }
      }
    }
    return bytes
  }

  /// Rows as they were written before; nil when the bytes are not such rows.
  public init?(bytes: [UInt8]) {
    var position = 0
    while position < bytes.count {
      guard let count = bytes.number(at: &position) else { return nil }
      var columns: [ErasedValue] = []
      for _ in 0..<count {
        guard position < bytes.count else { return nil }
        position += 1
        switch bytes[position - 1] {
        case 0: columns.append(.null)
        case let kind where kind <= 2:
          guard position + 8 <= bytes.count else { return nil }
          let number = bytes[position..<position + 8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
          columns.append(kind == 1 ? .integer(Int64(bitPattern: number)) : .real(Double(bitPattern: number)))
          position += 8
        case let kind where kind <= 4:
          guard let size = bytes.number(at: &position), position + size <= bytes.count else { return nil }
          let content = Array(bytes[position..<position + size])
          columns.append(kind == 3 ? .text(content) : .blob(content))
          position += size
        default: return nil
        }
      }
      rows.append(ErasedRow(columns))
    }
  }
}

extension [UInt8] {
  /// Writes a count in as few bytes as it needs (LEB128).
  fileprivate mutating func append(number: Int) {
    var rest = number
    while rest >= 0x80 {
      append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }

  fileprivate mutating func append(_ kind: UInt8, number: UInt64) {
    append(kind)
    for shift in stride(from: 56, through: 0, by: -8) { append(UInt8(truncatingIfNeeded: number >> UInt64(shift))) }
  }

  fileprivate mutating func append(_ kind: UInt8, content: [UInt8]) {
    append(kind)
    append(number: content.count)
    append(contentsOf: content)
  }

  fileprivate func number(at position: inout Int) -> Int? {
    var (number, shift) = (0, 0)
    while position < count, shift < 35 {
      let byte = self[position]
      position += 1
      number |= Int(byte & 0x7F) << shift
      if byte < 0x80 { return number }
      shift += 7
    }
    return nil
  }
}
