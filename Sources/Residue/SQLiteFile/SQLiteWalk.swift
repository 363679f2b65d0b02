/// A walk over every page of a SQLite file, which tells of each what it is and which of its bytes belong to nothing.
///
/// The file must be at rest: nothing may be in the write-ahead log, and nobody may write while the walk lasts.
public struct SQLiteWalk {
  /// What the header says.
  public let header: SQLiteFileHeader
  /// The tables and indexes, known once the walk has begun.
  public private(set) var trees: [SQLiteTree] = []

  private let fileSize: Int
  private let read: (_ position: Int, _ into: inout [UInt8]) throws -> Void
  private var seen: [Bool]
  private var parts: TreePage.Parts

  /// A page and its use.
  public struct Page {
    /// Its number, from 1.
    public let number: Int
    /// What it is for.
    public let role: Role
    /// The bytes that belong to nothing.
    public let slack: [Range<Int>]
    /// Where it begins in the file.
    public let position: Int
  }

  /// What a page is for.
  public enum Role: Hashable, Sendable {
    /// A node of the tree with this place in ``SQLiteWalk/trees``, or of the schema table.
    case node(tree: Int?)
    /// Content of a tree that did not fit on a node.
    case overflow(tree: Int?)
    /// In the list of free pages.
    case free
    /// A map for auto-vacuum, or the page of the locks.
    case administration
    /// Bytes behind the last page of the database.
    case beyond
  }

  /// A walk over a file of some size. `read` fills the bytes it is given from a position in the file.
  public init(fileSize: Int, read: @escaping (_ position: Int, _ into: inout [UInt8]) throws -> Void) throws {
    var first = [UInt8](repeating: 0, count: SQLiteFileHeader.size)
    guard fileSize >= first.count else { throw SQLiteFileError.notSQLite }
    try read(0, &first)
    header = try SQLiteFileHeader(first, fileSize: fileSize)
    seen = [Bool](repeating: false, count: header.pageCount + 1)
    parts = TreePage.Parts(pageSize: header.pageSize)
    self.fileSize = fileSize
    self.read = read
  }

  /// Visits every page once. Fails when a page is no part of anything, or of two things, or not well-formed.
  public mutating func visit(_ body: (Page, _ bytes: [UInt8]) throws -> Void) throws {
    var records: [[SQLiteRecord.Column]] = []
    try visit(from: 1, of: nil, records: &records, body)
    guard let trees = SQLiteTree.all(in: records, header.encoding) else { throw SQLiteFileError.damaged(page: 1) }
    self.trees = trees
    for (index, tree) in trees.enumerated() { try visit(from: tree.root, of: index, records: &records, body) }
    try visitFreePages(body)
    try visitRest(body)
  }

  /// Visits the pages of the schema table only.
  public mutating func visitSchema(_ body: (Page, _ bytes: [UInt8]) throws -> Void) throws {
    var records: [[SQLiteRecord.Column]] = []
    try visit(from: 1, of: nil, records: &records, body)
  }

  private mutating func load(_ number: Int, _ bytes: inout [UInt8]) throws {
    guard number >= 1, number <= header.pageCount, !seen[number] else { throw SQLiteFileError.damaged(page: number) }
    seen[number] = true
    try read((number - 1) * header.pageSize, &bytes)
  }

  private func page(_ number: Int, _ role: Role, _ slack: [Range<Int>]) -> Page {
    Page(number: number, role: role, slack: slack, position: (number - 1) * header.pageSize)
  }

  private mutating func visit(
    from root: Int, of tree: Int?, records: inout [[SQLiteRecord.Column]], _ body: (Page, [UInt8]) throws -> Void
  ) throws {
    var bytes = [UInt8](repeating: 0, count: header.pageSize)
    var rest = [UInt8](repeating: 0, count: header.pageSize)
    var waiting = [root]
    while let number = waiting.popLast() {
      try load(number, &bytes)
      guard let node = TreePage(bytes, number: number, usable: header.usableSize, parts: &parts) else {
        throw SQLiteFileError.damaged(page: number)
      }
      try body(page(number, .node(tree: tree), node.slack), bytes)
      waiting += node.children.reversed()
      // Only the schema table is read: it names the trees.
      let cells = tree == nil && node.children.isEmpty ? node.payloads(bytes) : []
      var payloads = cells.map { Array(bytes[$0.bytes]) }
      var splits = cells.indices.filter { cells[$0].isSplit }.makeIterator()
      for overflow in node.overflows {
        let owner = splits.next()
        try visitChain(overflow, of: tree, &rest, body) { content in if let owner { payloads[owner] += content } }
      }
      for payload in payloads {
        guard let columns = SQLiteRecord.columns(payload, first: 4) else { throw SQLiteFileError.damaged(page: number) }
        records.append(columns)
      }
    }
  }

  private mutating func visitChain(
    _ overflow: (page: Int, bytes: Int), of tree: Int?, _ bytes: inout [UInt8], _ body: (Page, [UInt8]) throws -> Void,
    _ content: (ArraySlice<UInt8>) -> Void
  ) throws {
    var (number, left) = overflow
    while left > 0 {
      try load(number, &bytes)
      let size = min(left, header.usableSize - 4)
      let slack = 4 + size < header.usableSize ? [4 + size..<header.usableSize] : []
      try body(page(number, .overflow(tree: tree), slack), bytes)
      content(bytes[4..<4 + size])
      left -= size
      number = bytes.bigEndian(at: 0, 4)
    }
  }

  private mutating func visitFreePages(_ body: (Page, [UInt8]) throws -> Void) throws {
    var bytes = [UInt8](repeating: 0, count: header.pageSize)
    var leaf = bytes
    var trunk = header.firstTrunk
    while trunk != 0 {
      try load(trunk, &bytes)
      let count = bytes.bigEndian(at: 4, 4)
      guard count <= header.usableSize / 4 - 2 else { throw SQLiteFileError.damaged(page: trunk) }
      let used = 8 + 4 * count
      try body(page(trunk, .free, used < header.usableSize ? [used..<header.usableSize] : []), bytes)
      for index in 0..<count {
        let number = bytes.bigEndian(at: 8 + 4 * index, 4)
        try load(number, &leaf)
        try body(page(number, .free, [0..<header.usableSize]), leaf)
      }
      trunk = bytes.bigEndian(at: 0, 4)
    }
  }

  private mutating func visitRest(_ body: (Page, [UInt8]) throws -> Void) throws {
    var bytes = [UInt8](repeating: 0, count: header.pageSize)
    for number in 1...header.pageCount where !seen[number] {
      guard header.isPointerMap(number) || number == header.lockPage else { throw SQLiteFileError.damaged(page: number) }
      try load(number, &bytes)
      try body(page(number, .administration, []), bytes)
    }
    var position = header.pageCount * header.pageSize
    while position < fileSize {
      let size = min(header.pageSize, fileSize - position)
      bytes = [UInt8](repeating: 0, count: size)
      try read(position, &bytes)
      try body(Page(number: position / header.pageSize + 1, role: .beyond, slack: [0..<size], position: position), bytes)
      position += size
    }
  }
}
