import Residue
import Testing

/// Pages as PostgreSQL writes them, made by hand: src/include/storage/bufpage.h and src/include/access/htup_details.h.
@Suite struct `Dropped columns in the rows of a PostgreSQL page` {
  private static func page(row: [UInt8], length: Int? = nil) -> [UInt8] {
    var page = [UInt8](repeating: 0, count: 8192)
    let size = length ?? row.count
    let start = (8192 - size) / 8 * 8
    page.replaceSubrange(start..<start + row.count, with: row)
    func put(_ number: Int, _ count: Int, at position: Int) {
      for index in 0..<count { page[position + index] = UInt8(number >> (8 * index) & 0xFF) }
    }
    put(28, 2, at: 12)
    put(start, 2, at: 14)
    put(8192, 2, at: 16)
    put(start | 1 << 15 | size << 17, 4, at: 24)
    return page
  }

  private static func row(_ values: [UInt8], attributes: Int, nulls: [UInt8] = []) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: (23 + nulls.count + 7) / 8 * 8)
    header[18] = UInt8(attributes)
    header[20] = nulls.isEmpty ? 0 : 1
    header[21] = 0x08
    header[22] = UInt8(header.count)
    header.replaceSubrange(23..<23 + nulls.count, with: nulls)
    return header + values
  }

  private static func column(_ length: Int, _ alignment: String, isDropped: Bool = false) throws -> RowLayout.Column {
    try #require(RowLayout.Column(length: length, alignment: alignment, isDropped: isDropped))
  }

  /// A short text: its length, with itself, doubled and one more; then its bytes.
  private static func text(_ text: String) -> [UInt8] { [UInt8((text.utf8.count + 1) << 1 | 1)] + Array(text.utf8) }

  private static func dropped(_ page: [UInt8], _ columns: [RowLayout.Column]) throws -> [String] {
    try #require(HeapPage(page, layout: RowLayout(columns))).dropped.map { String(decoding: page[$0], as: UTF8.self) }
  }

  @Test func `are found behind values of every kind of length`() throws {
    let columns = try [
      Self.column(4, "i"), Self.column(-1, "i"), Self.column(8, "d"), Self.column(-1, "i"), Self.column(-2, "c"),
      Self.column(-1, "i", isDropped: true), Self.column(2, "s"),
    ]
    let long: [UInt8] = [UInt8((4 + 5) << 2), 0, 0, 0] + Array("langer".utf8.prefix(5))
    let values: [UInt8] =
      [1, 0, 0, 0] + Self.text("ab") + [0] + [9, 0, 0, 0, 0, 0, 0, 0] + long + Array("naam".utf8) + [0] + Self.text("geheim") + [0]
    let page = Self.page(row: Self.row(values + [7, 0], attributes: 7))
    #expect(try Self.dropped(page, columns) == [String(decoding: Self.text("geheim"), as: UTF8.self)])
  }

  @Test func `are none where the value is missing, or the row is older than the column`() throws {
    let columns = try [Self.column(4, "i"), Self.column(-1, "i", isDropped: true), Self.column(-1, "i")]
    let values: [UInt8] = [1, 0, 0, 0] + Self.text("blijft")
    #expect(try Self.dropped(Self.page(row: Self.row(values, attributes: 3, nulls: [0b101])), columns).isEmpty)
    #expect(try Self.dropped(Self.page(row: Self.row([1, 0, 0, 0], attributes: 1)), columns).isEmpty)
  }

  @Test func `make no page of rows that do not fit`() throws {
    let columns = try [Self.column(-1, "i", isDropped: true)]
    #expect(HeapPage(Self.page(row: Self.row([200], attributes: 1)), layout: RowLayout(columns)) == nil)
    #expect(HeapPage(Self.page(row: Self.row(Self.text("a"), attributes: 2)), layout: RowLayout(columns)) == nil)
    #expect(HeapPage(Self.page(row: Self.row(Self.text("a"), attributes: 1)), layout: RowLayout(columns)) != nil)
  }

  @Test func `are not described by lengths and alignments that do not exist`() {
    #expect(RowLayout.Column(length: 0, alignment: "i", isDropped: false) == nil)
    #expect(RowLayout.Column(length: -3, alignment: "i", isDropped: false) == nil)
    #expect(RowLayout.Column(length: 4, alignment: "x", isDropped: false) == nil)
  }
}
