/// How the values of a table's rows follow one another on a page (PostgreSQL, src/backend/access/common/heaptuple.c).
public struct RowLayout: Hashable, Sendable {
  /// A column, in the order in which rows have them; one that was dropped keeps its place.
  public struct Column: Hashable, Sendable {
    /// Bytes of a value; -1 where each value has its own length, -2 for a text that a zero ends.
    let size: Int
    /// A value begins at a multiple of this.
    let alignment: Int
    /// Whether nobody can read it any more.
    let isDropped: Bool

    /// A column as `pg_attribute` describes it (`attlen`, `attalign`, `attisdropped`).
    public init?(length: Int, alignment letter: String, isDropped: Bool) {
      guard length >= -2, length != 0, let alignment = ["c": 1, "s": 2, "i": 4, "d": 8][letter] else { return nil }
      size = length
      self.alignment = alignment
      self.isDropped = isDropped
    }
  }

  private let columns: [Column]

  /// The layout of a table with these columns.
  public init(_ columns: [Column]) { self.columns = columns }

  /// Where values of dropped columns stand in a row of a page: nobody reads them, and they are there until the table is written anew.
  /// Nil when the row is not laid out so.
  func dropped(in row: Range<Int>, of page: [UInt8]) -> [Range<Int>]? {
    // The row's header: attributes (11 bits) at 18, flags at 20, where the values begin at 22, then one bit for each attribute.
    let (count, flags) = (page.littleEndian(at: row.lowerBound + 18, 2) & 0x7FF, page.littleEndian(at: row.lowerBound + 20, 2))
    let (bits, hasNulls) = (row.lowerBound + 23, flags & 1 != 0)
    let start = row.lowerBound + Int(page[row.lowerBound + 22])
    guard start <= row.upperBound, count <= columns.count, !hasNulls || bits + (count + 7) / 8 <= start else { return nil }
    var found: [Range<Int>] = []
    var position = start
    for (number, column) in columns.prefix(count).enumerated() {
      if hasNulls, page[bits + number / 8] >> UInt8(number % 8) & 1 == 0 { continue }
      // A value with a length of one byte is not aligned; where one that is could follow, a zero fills up.
      if column.size != -1 || position < row.upperBound && page[position] == 0 {
        position = start + (position - start + column.alignment - 1) / column.alignment * column.alignment
      }
      guard let size = size(of: column, at: position, before: row.upperBound, page) else { return nil }
      if column.isDropped { found.append(position..<position + size) }
      position += size
    }
    return found
  }

  /// The bytes of a value with its length (src/include/varatt.h); nil when they would not fit.
  private func size(of column: Column, at position: Int, before end: Int, _ page: [UInt8]) -> Int? {
    var size = column.size
    switch column.size {
    case -1:
      guard position < end else { return nil }
      if page[position] == 1 {
        // A pointer to where the value is stored beside the table.
        size = 18
      } else if page[position] & 1 == 1 {
        size = Int(page[position] >> 1)
      } else {
        guard position + 4 <= end else { return nil }
        size = page.littleEndian(at: position, 4) >> 2
      }
    case -2:
      guard let zero = page[position..<end].firstIndex(of: 0) else { return nil }
      size = zero - position + 1
    default: break
    }
    return size > 0 && position + size <= end ? size : nil
  }
}
