/// A page of a b-tree: what its cells point at, and which of its bytes belong to nothing
/// (https://www.sqlite.org/fileformat2.html#b_tree_pages).
struct TreePage {
  /// The pages below it, in the order of their keys.
  private(set) var children: [Int] = []
  /// The content that did not fit: its first page, and how many bytes of it there are.
  private(set) var overflows: [(page: Int, bytes: Int)] = []
  /// The bytes that belong to nothing: the gap, the content of free blocks, and fragments.
  private(set) var slack: [Range<Int>] = []
  /// Where each cell's content begins on the page, and how much of it is there.
  private(set) var payloads: [Range<Int>] = []
  /// Of each of them whether the rest is in ``overflows``.
  private(set) var isSplit: [Bool] = []

  private let kind: Kind
  private let usable: Int

  enum Kind: UInt8 {
    case indexInterior = 2
    case tableInterior = 5
    case indexLeaf = 10
    case tableLeaf = 13

    var isInterior: Bool { self == .indexInterior || self == .tableInterior }
  }

  /// Reads a page. Every byte of it must be accounted for, as SQLite's own integrity check asks; nil when it is not so.
  init?(_ bytes: [UInt8], number: Int, usable: Int) {
    let start = number == 1 ? SQLiteFileHeader.size : 0
    guard bytes.count >= usable, let kind = Kind(rawValue: bytes[start]) else { return nil }
    self.kind = kind
    self.usable = usable
    let cells = bytes.bigEndian(at: start + 3, 2)
    let pointers = start + (kind.isInterior ? 12 : 8)
    let written = bytes.bigEndian(at: start + 5, 2)
    let content = written == 0 ? 65_536 : written
    guard pointers + 2 * cells <= content, content <= usable else { return nil }
    // Each part as start and size in one number, so that sorting is fast.
    var parts: [Int] = []
    parts.reserveCapacity(cells + 8)
    for cell in 0..<cells {
      let position = bytes.bigEndian(at: pointers + 2 * cell, 2)
      guard position >= content, let size = add(cellAt: position, bytes) else { return nil }
      parts.append(position << 20 | size)
    }
    if kind.isInterior { children.append(bytes.bigEndian(at: start + 8, 4)) }
    if pointers + 2 * cells < content { slack.append(pointers + 2 * cells..<content) }
    var block = bytes.bigEndian(at: start + 1, 2)
    while block != 0 {
      guard block >= content, block + 4 <= usable else { return nil }
      let (next, size) = (bytes.bigEndian(at: block, 2), bytes.bigEndian(at: block + 2, 2))
      guard size >= 4, block + size <= usable, next == 0 || next > block + size else { return nil }
      parts.append(block << 20 | size)
      if size > 4 { slack.append(block + 4..<block + size) }
      block = next
    }
    parts.sort()
    var (end, fragments) = (content, 0)
    for part in parts {
      let (position, size) = (part >> 20, part & 0xF_FFFF)
      guard position >= end else { return nil }
      if position > end { slack.append(end..<position) }
      fragments += position - end
      end = position + size
    }
    if end < usable { slack.append(end..<usable) }
    guard end <= usable, fragments + usable - end == Int(bytes[start + 7]) else { return nil }
  }

  /// Reads a cell and gives its size.
  private mutating func add(cellAt position: Int, _ bytes: [UInt8]) -> Int? {
    var reader = position
    if kind.isInterior {
      guard position + 4 <= usable else { return nil }
      children.append(bytes.bigEndian(at: position, 4))
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
    if kind != .tableInterior {
      payloads.append(reader..<reader + local)
      isSplit.append(local < payload)
    }
    if local < payload { overflows.append((bytes.bigEndian(at: reader + local, 4), payload - local)) }
    return max(4, end - position)
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
  func varint(at position: inout Int, before end: Int) -> Int64? {
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
