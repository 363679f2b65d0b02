/// A b-tree of a SQLite file: a table, or an index.
public struct SQLiteTree: Hashable, Sendable {
  /// The table or index.
  public let name: String
  /// What its live cells hold.
  public let content: Content
  let root: Int

  /// What the live cells of a tree hold.
  public enum Content: String, Hashable, Sendable {
    /// Rows of a table, or their keys in an index: what is found there lives on.
    case rows
    /// The inner tables of a virtual table, such as a full-text index, which keep what was in rows.
    case derived
    /// The planner's samples.
    case statistics
  }
}

extension SQLiteTree {
  /// The trees that the records of the schema table name.
  static func all(in records: [[SQLiteRecord.Column]], _ encoding: SQLiteFileHeader.TextEncoding) -> [SQLiteTree]? {
    var entries: [(name: String, table: String, root: Int)] = []
    for record in records {
      guard record.count >= 4, case .integer(let root) = record[3] else {
        // A view or trigger has no root, which some versions write as NULL.
        guard record.count >= 4, record[3] == .null else { return nil }
        continue
      }
      guard case .text(let name) = record[1], case .text(let table) = record[2], root >= 0 else { return nil }
      entries.append((encoding.decoded(name), encoding.decoded(table), Int(root)))
      if root == 0, case .text(let type) = record[0], encoding.decoded(type) != "table" { entries.removeLast() }
    }
    let virtual = entries.filter { $0.root == 0 }.map(\.name)
    let names = Set(entries.map(\.table))
    return entries.filter { $0.root > 0 }.map { entry in
      let content: Content =
        virtual.contains { isInner(entry.table, of: $0, names) } ? .derived : entry.table.hasPrefix("sqlite_stat") ? .statistics : .rows
      return SQLiteTree(name: entry.name, content: content, root: entry.root)
    }
  }

  /// Whether a table is one of those in which a virtual table keeps what it has. Those of a full-text index are known; of another
  /// kind every table is taken for one whose name says so.
  private static func isInner(_ table: String, of virtual: String, _ names: Set<String>) -> Bool {
    guard table.hasPrefix(virtual + "_") else { return false }
    let isFullText = names.contains(virtual + "_segdir") || names.contains(virtual + "_config")
    return !isFullText || fullTextParts.contains(String(table.dropFirst(virtual.count + 1)))
  }

  /// What the inner tables of a full-text index are called (https://www.sqlite.org/fts5.html#appendix_b,
  /// https://www.sqlite.org/fts3.html#data_structures).
  private static let fullTextParts: Set<String> = [
    "config", "content", "data", "docsize", "idx", "segdir", "segments", "stat",
  ]
}

/// A row as the file holds it (https://www.sqlite.org/fileformat2.html#record_format).
enum SQLiteRecord {
  enum Column: Equatable {
    case null
    case integer(Int64)
    case text([UInt8])
    case other
  }

  /// The first columns of a record; nil when the bytes are no record.
  static func columns(_ bytes: [UInt8], first count: Int) -> [Column]? {
    var position = 0
    guard let headerSize = bytes.varint(at: &position, before: bytes.count), headerSize >= 1, headerSize <= bytes.count else { return nil }
    var body = Int(headerSize)
    var columns: [Column] = []
    while position < Int(headerSize), columns.count < count {
      guard let type = bytes.varint(at: &position, before: Int(headerSize)), type >= 0, type <= 0x7FFF_FFFF else { return nil }
      let size = Self.size(of: type)
      guard body + size <= bytes.count else { return nil }
      switch type {
      case 0: columns.append(.null)
      case 8, 9: columns.append(.integer(type - 8))
      case 1...6:
        let first: Int64 = bytes[body] >= 0x80 ? -1 : 0
        columns.append(.integer(bytes[body..<body + size].reduce(first) { $0 << 8 | Int64($1) }))
      case _ where type >= 13 && type % 2 == 1: columns.append(.text(Array(bytes[body..<body + size])))
      default: columns.append(.other)
      }
      body += size
    }
    return columns
  }

  private static func size(of type: Int64) -> Int {
    switch type {
    case 0...4: Int(type)
    case 5: 6
    case 6, 7: 8
    case 8...11: 0
    default: Int(type - 12) / 2
    }
  }
}

extension SQLiteFileHeader.TextEncoding {
  /// Stored text as a string.
  func decoded(_ bytes: [UInt8]) -> String {
    switch self {
    case .utf8: return String(decoding: bytes, as: UTF8.self)
    case .utf16LittleEndian, .utf16BigEndian:
      let (low, high) = self == .utf16LittleEndian ? (0, 1) : (1, 0)
      let units = stride(from: 0, to: bytes.count - 1, by: 2).map { UInt16(bytes[$0 + low]) | UInt16(bytes[$0 + high]) << 8 }
      return String(decoding: units, as: UTF16.self)
    }
  }

  /// Text as the database stores it, from UTF-8.
  public func encoded(_ bytes: [UInt8]) -> [UInt8] {
    switch self {
    case .utf8: bytes
    case .utf16LittleEndian: String(decoding: bytes, as: UTF8.self).utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    case .utf16BigEndian: String(decoding: bytes, as: UTF8.self).utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    }
  }
}
