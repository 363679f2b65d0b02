public import Retention

/// The folders below which a tenant's rows name files, opened as far as they can be.
public struct FileRoots {
  private let opened: [String: Result<FileRoot, EnforcementError>]

  /// The roots of a tenant with these names. `own` are files and folders of the database and the node that no row can name.
  public init(_ names: Set<String>, of policy: TenantPolicy, own: [String]) {
    opened = names.reduce(into: [:]) { opened, name in
      opened[name] = Result { () throws(EnforcementError) in
        guard let path = policy.tenant.fileRoots[name] else {
          throw .fileRoot(name: name, path: "", problem: "the tenant's entry gives no folder for it")
        }
        return try FileRoot(name, at: path, own: own)
      }
    }
  }

  /// Refuses roots that are not there.
  public func require() throws(EnforcementError) {
    for (_, root) in opened.sorted(by: { $0.key < $1.key }) { _ = try root.get() }
  }

  /// Why a root cannot be opened; nil when it can.
  func problem(of name: String) -> EnforcementError? {
    if case .failure(let problem)? = opened[name] { problem } else { nil }
  }

  /// Where a file is: its root and its place below it.
  func place(of file: NamedFile) -> Result<(root: FileRoot, path: FilePath), FileRefusal>? {
    guard case .success(let root)? = opened[file.root] else { return nil }
    return Result { () throws(FileRefusal) in (root, try FilePath(file.name, below: root.paths)) }
  }

  func look(_ file: NamedFile) -> FileRoot.Found {
    switch place(of: file) {
    case .success(let place): place.root.look(place.path)
    case .failure(let refusal): .refused(refusal)
    case nil: FileRoot.notThere
    }
  }
}

extension DataMap {
  /// The roots below which rows of any table name files.
  public var fileRoots: Set<String> { Set(tables.values.flatMap(\.files).map(\.root)) }
}

extension Plan {
  /// The roots below which rows of the plan name files that go with them.
  public var fileRoots: Set<String> { Set(steps.flatMap { $0.fileColumns(in: decision.policy.map) }.map(\.root)) }
}
