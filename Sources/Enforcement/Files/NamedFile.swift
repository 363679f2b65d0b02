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

/// The column by which the rows of a step name files that go with them.
struct FileColumn {
  /// The root, by the name the data map uses.
  let root: String
  /// The column.
  let column: String

  /// Nil for a step whose rows name no files, or go on naming them.
  init?(of step: Step, in map: DataMap) {
    guard let files = map.tables[step.table.table.name]?.files else { return nil }
    switch step.action {
    case .erase: break
    case .reduce, .restrict: guard step.table.values(for: step.action)?.values[files.path] != nil else { return nil }
    }
    (root, column) = (files.root, files.path)
  }

  /// The file of a value; nil where there is none.
  func file(_ name: [UInt8]?) -> NamedFile? {
    name.flatMap { $0.isEmpty ? nil : NamedFile(root: root, name: $0) }
  }
}
