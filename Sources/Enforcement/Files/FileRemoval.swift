public import Evidence
public import Retention
public import Stores

/// Removes the files that rows named which are gone, or no longer name them. A file that another row still names stays with it.
public struct FileRemoval {
  private let store: any TenantStore
  private let decision: TenantDecision
  private let own: [String]

  /// A removal in the light of what is in a database. `own` are files and folders of the database and the node.
  public init(store: any TenantStore, decision: TenantDecision, own: [String]) {
    self.store = store
    self.decision = decision
    self.own = own
  }

  private static let place = "files"

  /// Removes the files of a run whose rows are gone. What was found is sealed and kept before the first file goes, and is where the
  /// next agent starts when this one is killed. Nil when the rows named none.
  public func carryOut(
    after executor: Executor, seal: SealedKeys, found sealed: [UInt8]?, keep: ([UInt8]) throws -> Void
  ) throws -> FileReport? {
    let files = try executor.namedFiles(decision)
    guard !files.isEmpty else { return nil }
    var findings = FileFindings()
    if let sealed {
      guard let earlier = FileFindings(bytes: try seal.open(sealed, for: Self.place)) else {
        throw EnforcementError.evidence(.refused(what: "findings about files", reason: "they cannot be read"))
      }
      findings = earlier
    }
    let roots = FileRoots(Set(files.map(\.root)), of: decision.policy, own: own)
    if findings.look(at: files, below: roots) { try keep(seal.seal(findings.bytes, for: Self.place)) }
    return try remove(files, findings, roots)
  }

  /// Tries again to remove what a run had to leave, as its report remembers it.
  public func carryOut(left bytes: [UInt8]) throws -> FileReport {
    guard let parts = SealedParts(bytes: bytes)?.parts else { throw EnforcementError.evidence(Self.unreadable) }
    var files: Set<NamedFile> = []
    for part in parts {
      guard let file = NamedFile(bytes: part) else { throw EnforcementError.evidence(Self.unreadable) }
      files.insert(file)
    }
    let roots = FileRoots(Set(files.map(\.root)), of: decision.policy, own: own)
    var findings = FileFindings()
    _ = findings.look(at: files, below: roots)
    return try remove(files, findings, roots)
  }

  private static let unreadable = EvidenceError.refused(what: "names of files that are left", reason: "they cannot be read")

  private func remove(_ files: Set<NamedFile>, _ findings: FileFindings, _ roots: FileRoots) throws -> FileReport {
    var report = FileReport()
    var places: [[UInt8]: NamedPlace] = [:]
    for file in files {
      switch roots.place(of: file) {
      case nil: report.leave([file], FileRoot.notThere)
      case .failure(let refusal): report.refuse(refusal, below: file.root)
      case .success(let (root, path)):
        if case .refused(let refusal)? = findings.found[file] {
          report.refuse(refusal, below: file.root)
        } else {
          places[root.whole(path), default: NamedPlace(root: root, path: path)].add(file, findings.found[file])
        }
      }
    }
    let named = try stillNamed(among: places, roots)
    // One folder after the other, so that each is made durable once.
    let going = places.filter { !named.contains($0.key) }.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
    for place in places where named.contains(place.key) { report.keep(place.value) }
    var results = going.map { $0.root.remove($0.path) }
    for (index, place) in going.enumerated() where results[index] == .missing {
      let isLast = index + 1 == going.count || !going[index + 1].isBeside(place)
      guard isLast, let problem = place.root.synchronizeFolder(of: place.path) else { continue }
      for other in going.indices where going[other].isBeside(place) { results[other] = .unreachable(problem) }
    }
    report.tell(of: zip(going, results).map { ($0, $1) })
    return report
  }

  /// The places that rows of any table still name, whosever they are.
  private func stillNamed(among places: [[UInt8]: NamedPlace], _ opened: FileRoots) throws -> Set<[UInt8]> {
    guard !places.isEmpty else { return [] }
    let map = decision.policy.map
    let roots = FileRoots(map.fileRoots, of: decision.policy, own: own)
    var named: Set<[UInt8]> = []
    for table in decision.tables {
      for files in map.tables[table.table.name]?.files ?? [] {
        try store.forEachText(of: .column(files.path), in: table, where: .constant(true)) { name in
          guard case .success(let (root, path))? = roots.place(of: NamedFile(root: files.root, name: name)) else { return }
          let whole = root.whole(path)
          if places[whole] != nil { named.insert(whole) }
        }
      }
    }
    return named
  }
}

/// A file with all the names that rows gave it.
struct NamedPlace {
  let root: FileRoot
  let path: FilePath
  private(set) var names: [NamedFile] = []
  /// What tells the file that was found there, and how many names led to it; nil when there was none.
  private(set) var file: (identity: FileRoot.Identity, names: Int)?

  init(root: FileRoot, path: FilePath) {
    self.root = root
    self.path = path
  }

  mutating func add(_ name: NamedFile, _ found: FileRoot.Found?) {
    names.append(name)
    if case .file(let identity, let names)? = found { file = (identity, names) }
  }

  func isBeside(_ other: NamedPlace) -> Bool {
    root === other.root && path.components.dropLast() == other.path.components.dropLast()
  }
}
