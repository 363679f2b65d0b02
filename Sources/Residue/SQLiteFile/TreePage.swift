/// A page of a b-tree: what its cells point at, and which of its bytes belong to nothing
/// (https://www.sqlite.org/fileformat2.html#b_tree_pages).
struct TreePage {
  /// The pages below it, in the order of their keys.
  private(set) var children: [Int] = []
  /// The content that did not fit: its first page, and how many bytes of it there are.
  private(set) var overflows: [(page: Int, bytes: Int)] = []
  /// The bytes that belong to nothing: the gap, the content of free blocks, and fragments.
  private(set) var slack: [Range<Int>] = []

  private let kind: Kind
  private let usable: Int
  /// Where the places of the cells begin, and how many there are.
  private let pointers: Int
  private let cells: Int

  enum Kind: UInt8 {
    case indexInterior = 2
    case tableInterior = 5
    case indexLeaf = 10
    case tableLeaf = 13

    var isInterior: Bool { self == .indexInterior || self == .tableInterior }
  }

  /// What is on a page, by the position of each part: how many bytes begin there. All zero between two pages; one memory for all
  /// pages of a file, because of each page of a large file little else is done.
  struct Parts {
    fileprivate var sizes: [Int32]

    /// Memory for pages of so many bytes.
    init(pageSize: Int) { sizes = [Int32](repeating: 0, count: pageSize + 1) }
  }

  /// Reads a page. Every byte of it must be accounted for, as SQLite's own integrity check asks; nil when it is not so, and then
  /// `parts` is of no use any more.
  init?(_ page: [UInt8], number: Int, usable: Int, parts: inout Parts) {
    let bytes = page.span
    let start = number == 1 ? SQLiteFileHeader.size : 0
    guard bytes.count >= usable, parts.sizes.count > usable, let kind = Kind(rawValue: bytes[start]) else { return nil }
    self.kind = kind
    self.usable = usable
    cells = bytes.bigEndian2(at: start + 3)
    pointers = start + (kind.isInterior ? 12 : 8)
    let written = bytes.bigEndian2(at: start + 5)
    let content = written == 0 ? 65_536 : written
    guard pointers + 2 * cells <= content, content <= usable else { return nil }
    var left = cells
    var sizes = parts.sizes.mutableSpan
    for cell in 0..<cells {
      let position = bytes.bigEndian2(at: pointers + 2 * cell)
      guard position >= content, let cell = self.cell(at: position, bytes), sizes[position] == 0 else { return nil }
      sizes[position] = Int32(truncatingIfNeeded: max(4, cell.end - position))
      if kind.isInterior { children.append(bytes.bigEndian4(at: position)) }
      if let overflow = cell.overflow { overflows.append(overflow) }
    }
    if kind.isInterior { children.append(bytes.bigEndian4(at: start + 8)) }
    if pointers + 2 * cells < content { slack.append(pointers + 2 * cells..<content) }
    var block = bytes.bigEndian2(at: start + 1)
    while block != 0 {
      guard block >= content, block + 4 <= usable else { return nil }
      let (next, size) = (bytes.bigEndian2(at: block), bytes.bigEndian2(at: block + 2))
      guard size >= 4, block + size <= usable, next == 0 || next > block + size, sizes[block] == 0 else { return nil }
      sizes[block] = Int32(truncatingIfNeeded: size)
      left += 1
      if size > 4 { slack.append(block + 4..<block + size) }
      block = next
    }
    // From part to part: one that begins inside another is never met.
    var (position, fragments) = (content, 0)
    while position < usable {
      let size = Int(sizes[position])
      if size > 0 {
        sizes[position] = 0
        left -= 1
        position += size
        continue
      }
      let first = position
      while position < usable, sizes[position] == 0 { position += 1 }
      slack.append(first..<position)
      fragments += position - first
    }
    guard left == 0, position == usable, fragments == Int(bytes[start + 7]) else { return nil }
  }

  private struct Cell {
    /// Where its content begins on the page, and how much of it is there.
    let payload: Range<Int>
    let end: Int
    /// The first page of the rest, and how many bytes that has.
    let overflow: (page: Int, bytes: Int)?
  }

  @inline(__always)
  private func cell(at position: Int, _ bytes: borrowing Span<UInt8>) -> Cell? {
    var reader = position
    if kind.isInterior {
      guard position + 4 <= usable else { return nil }
      reader += 4
    }
    var payload = 0
    if kind != .tableInterior {
      guard let size = bytes.varint(at: &reader, before: usable), size >= 0, size <= 0x7FFF_FFFF else { return nil }
      payload = Int(size)
    }
    if kind == .tableInterior || kind == .tableLeaf {
      guard bytes.varint(at: &reader, before: usable) != nil else { return nil }
    }
    let local = localSize(of: payload)
    let end = reader + local + (local < payload ? 4 : 0)
    guard end <= usable else { return nil }
    let overflow = local < payload ? (bytes.bigEndian4(at: reader + local), payload - local) : nil
    return Cell(payload: reader..<reader + local, end: end, overflow: overflow)
  }

  /// Of each cell what of its content is on the page, and whether the rest is in ``overflows``.
  func payloads(_ page: [UInt8]) -> [(bytes: Range<Int>, isSplit: Bool)] {
    let bytes = page.span
    return (0..<cells).compactMap { number in
      cell(at: bytes.bigEndian2(at: pointers + 2 * number), bytes).map { ($0.payload, $0.overflow != nil) }
    }
  }

  /// How much of a cell's content is on the page (https://www.sqlite.org/fileformat2.html#cell_payload_overflow_pages).
  private func localSize(of payload: Int) -> Int {
    let most = kind == .tableLeaf ? usable - 35 : (usable - 12) * 64 / 255 - 23
    guard payload > most else { return payload }
    let least = (usable - 12) * 32 / 255 - 23
    let fitting = least + (payload - least) % (usable - 4)
    return fitting <= most ? fitting : least
  }
}

extension [UInt8] {
  /// A number of one to nine bytes, as SQLite writes it; moves the position behind it.
  func varint(at position: inout Int, before end: Int) -> Int64? { span.varint(at: &position, before: end) }
}

extension Span<UInt8> {
  fileprivate func bigEndian2(at position: Int) -> Int { Int(self[position]) << 8 | Int(self[position + 1]) }

  fileprivate func bigEndian4(at position: Int) -> Int { bigEndian2(at: position) << 16 | bigEndian2(at: position + 2) }

  fileprivate func varint(at position: inout Int, before end: Int) -> Int64? {
    // Nearly all are of one byte.
    if position < end, self[position] < 0x80 {
      defer { position += 1 }
      return Int64(self[position])
    }
    var number: UInt64 = 0
    for index in 0..<9 {
      guard position < end else { return nil }
      let byte = self[position]
      position += 1
      if index == 8 { return Int64(bitPattern: number << 8 | UInt64(byte)) }
      number = number << 7 | UInt64(byte & 0x7F)
      if byte < 0x80 { break }
    }
    return Int64(bitPattern: number)
  }
}
