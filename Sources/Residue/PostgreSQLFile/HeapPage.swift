/// A page of a PostgreSQL table: which of its bytes are rows that somebody may still see
/// (https://www.postgresql.org/docs/15/storage-page-layout.html).
public struct HeapPage {
  /// The rows that nobody deleted.
  public private(set) var live: [Range<Int>] = []
  /// The rows that were deleted or replaced, and are still there.
  public private(set) var dead: [Range<Int>] = []
  /// The values in live rows that are of columns which were dropped.
  public private(set) var dropped: [Range<Int>] = []
  /// The large ones of these, which stand beside the table.
  public private(set) var droppedLarge: Set<LargeValue> = []
  /// Whether a byte that belongs to no row is not zero.
  public private(set) var hasSlack = false

  private static let headerSize = 24
  private static let rowHeaderSize = 23

  /// Reads a page; nil when it is not laid out as a table's page. A page that was never used is empty.
  ///
  /// - Parameter layout: how rows are laid out, where some of their columns were dropped.
  public init?(_ bytes: [UInt8], layout: RowLayout? = nil) {
    if bytes.allSatisfy({ $0 == 0 }) { return }
    guard bytes.count >= 512 else { return nil }
    let (lower, upper, special) = (bytes.littleEndian(at: 12, 2), bytes.littleEndian(at: 14, 2), bytes.littleEndian(at: 16, 2))
    guard lower >= Self.headerSize, lower <= upper, upper <= special, special <= bytes.count else { return nil }
    var rows: [(range: Range<Int>, isDead: Bool)] = []
    for pointer in stride(from: Self.headerSize, to: lower - 3, by: 4) {
      let word = bytes.littleEndian(at: pointer, 4)
      let (offset, state, length) = (word & 0x7FFF, word >> 15 & 3, word >> 17)
      // Only a normal pointer (1) has a row; a redirection (2) keeps another pointer's number there.
      guard state == 1, length > 0 else { continue }
      guard offset >= upper, offset + length <= special, length >= Self.rowHeaderSize else { return nil }
      rows.append((offset..<offset + length, Self.isDeleted(bytes, offset)))
    }
    rows.sort { $0.range.lowerBound < $1.range.lowerBound }
    var end = lower
    for row in rows {
      guard row.range.lowerBound >= end else { return nil }
      // Rows begin at multiples of eight; what the one before leaves there was zero when it was written.
      if bytes[end..<row.range.lowerBound].contains(where: { $0 != 0 }) { hasSlack = true }
      end = row.range.upperBound
      if row.isDead {
        dead.append(row.range)
        continue
      }
      live.append(row.range)
      guard let layout else { continue }
      guard let values = layout.dropped(in: row.range, of: bytes) else { return nil }
      dropped += values
      for value in values { if let large = LargeValue(at: value, in: bytes) { droppedLarge.insert(large) } }
    }
    if bytes[end..<special].contains(where: { $0 != 0 }) { hasSlack = true }
  }

  /// A deleted row has a transaction in `xmax` that is not known to have failed and did more than lock it
  /// (src/include/access/htup_details.h: HEAP_XMAX_INVALID 0x0800, HEAP_XMAX_LOCK_ONLY 0x0080).
  private static func isDeleted(_ bytes: [UInt8], _ row: Int) -> Bool {
    let (xmax, mask) = (bytes.littleEndian(at: row + 4, 4), bytes.littleEndian(at: row + 20, 2))
    return xmax != 0 && mask & 0x0800 == 0 && mask & 0x0080 == 0
  }
}

/// A value that stands in chunks in a table of its own (src/include/varatt.h, varatt_external).
public struct LargeValue: Hashable, Sendable {
  /// The number that the server has for that table.
  let table: Int
  /// The value's number in it.
  let number: Int

  /// What a pointer says: its kind in two bytes, two sizes, the value, the table. Nil when it is none.
  init?(at pointer: Range<Int>, in page: [UInt8]) {
    guard pointer.count == 18, page[pointer.lowerBound] == 1, page[pointer.lowerBound + 1] == 18 else { return nil }
    number = page.littleEndian(at: pointer.lowerBound + 10, 4)
    table = page.littleEndian(at: pointer.lowerBound + 14, 4)
  }

  /// The value that a chunk is of: its first column.
  ///
  /// - Parameter table: the number of the table of chunks.
  public init(ofChunk row: Range<Int>, in page: [UInt8], of table: Int) {
    self.table = table
    number = row.count >= 28 ? page.littleEndian(at: row.lowerBound + 24, 4) : 0
  }
}

extension RandomAccessCollection where Element == UInt8, Index == Int {
  /// The unsigned number in some bytes, the least significant first.
  func littleEndian(at position: Int, _ count: Int) -> Int {
    var number = 0
    for index in stride(from: position + count - 1, through: position, by: -1) { number = number << 8 | Int(self[index]) }
    return number
  }
}
