import Retention
import Stores

/// A file as a row named it: personal data, sealed until it is gone.
struct NamedFile: Hashable {
  /// The root, by the name the data map uses.
  let root: String
  /// What stood in the column.
  let name: [UInt8]

  init(root: String, name: [UInt8]) {
    self.root = root
    self.name = name
  }

  private static let mark = Array("file\0".utf8)

  /// Reads what was written before; nil when the bytes are no such name.
  init?(bytes: some Collection<UInt8>) {
    guard bytes.starts(with: Self.mark) else { return nil }
    let rest = bytes.dropFirst(Self.mark.count)
    guard let end = rest.firstIndex(of: 0) else { return nil }
    self.init(root: String(decoding: rest[..<end], as: UTF8.self), name: Array(rest[rest.index(after: end)...]))
  }

  /// Begins with a mark that no identifier of a person begins with.
  var bytes: [UInt8] { Self.mark + Array(root.utf8) + [0] + name }
}

extension MappedTable.Files {
  /// The file of a value; nil where there is none.
  func file(_ name: [UInt8]?) -> NamedFile? {
    name.flatMap { $0.isEmpty ? nil : NamedFile(root: root, name: $0) }
  }
}

extension Step {
  /// The columns by which its rows name files that go with them; not those by which they go on naming them.
  func fileColumns(in map: DataMap) -> [MappedTable.Files] {
    let files = map.tables[table.table.name]?.files ?? []
    switch action {
    case .erase: return files
    case .reduce, .restrict:
      let changed = table.values(for: action)?.values ?? [:]
      return files.filter { changed[$0.path] != nil }
    }
  }
}
