import Evidence
import Retention

/// What became of the files that rows named, in numbers; names are in it only of files that must be tried again.
public struct FileReport {
  /// By root.
  public private(set) var counts: [String: Counts] = [:]
  private var leftFiles: [NamedFile] = []
  private var problem: FileRoot.Found?
  private var reappeared = 0

  /// Numbers of files below one root.
  public struct Counts: Hashable, Sendable {
    /// Removed.
    public internal(set) var removed = 0
    /// Not there when they were looked for.
    public internal(set) var missing = 0
    /// Still named by rows that stay.
    public internal(set) var kept = 0
    /// Removed, while another name (a hard link) leads to the same content.
    public internal(set) var linked = 0
    /// Never touched: outside of the root, a link, a folder.
    public internal(set) var refused = 0
    /// Not removed yet, because the system refused.
    public internal(set) var left = 0
  }

  /// How many there are of something, over all roots.
  public func total(_ count: KeyPath<Counts, Int>) -> Int { counts.values.reduce(0) { $0 + $1[keyPath: count] } }

  /// The names of the files that are left, to be sealed and tried again; nil when there are none.
  public var left: [UInt8]? { leftFiles.isEmpty ? nil : SealedParts(leftFiles.map(\.bytes)).bytes }

  /// Why files are left, in the system's words.
  public var reason: String {
    if case .unreachable(let number)? = problem { FileRoot.words(number) } else { "it is there again" }
  }

  mutating func refuse(_ refusal: FileRefusal, below root: String) { counts[root, default: Counts()].refused += 1 }

  mutating func keep(_ place: NamedPlace) { counts[place.root.name, default: Counts()].kept += 1 }

  mutating func leave(_ files: [NamedFile], _ found: FileRoot.Found) {
    guard let root = files.first?.root else { return }
    counts[root, default: Counts()].left += 1
    leftFiles += files
    problem = problem ?? found
  }

  /// Counts what came of places from which files should go, and looks at those once more.
  mutating func tell(of results: [(place: NamedPlace, found: FileRoot.Found)]) {
    var removed: [FileRoot.Identity: Int] = [:]
    for (place, found) in results where found == .missing { if let file = place.file { removed[file.identity, default: 0] += 1 } }
    for (place, found) in results {
      let root = place.root.name
      switch found {
      case .missing:
        if case .file = place.root.look(place.path) {
          reappeared += 1
          leave(place.names, .missing)
        } else if let file = place.file {
          counts[root, default: Counts()].removed += 1
          if file.names > removed[file.identity, default: 0] { counts[root, default: Counts()].linked += 1 }
        } else {
          counts[root, default: Counts()].missing += 1
        }
      case .refused(let refusal): refuse(refusal, below: root)
      case .file, .unreachable: leave(place.names, found)
      }
    }
  }
}

extension FileReport: CustomStringConvertible {
  /// The numbers in words, without any name.
  public var description: String {
    let parts = [
      (total(\.removed), "removed"), (total(\.missing), "not there"), (total(\.kept), "kept for rows that stay"),
      (total(\.linked), "with a hard link that keeps the content"), (total(\.refused), "not touched"), (total(\.left), "left"),
    ]
    return parts.filter { $0.0 > 0 }.map { "\($0) \($1)" }.joined(separator: ", ")
  }
}

extension FileReport {
  /// The rows of a certificate about files beside the database. To remove a name is logical: what the blocks hold is not known.
  var methods: [Method] {
    var methods: [Method] = []
    if let problem {
      methods.append(Method(.files, .unlink, .waiting(for: problem.obstacle)))
    } else if total(\.removed) > 0 {
      methods.append(Method(.files, .unlink, .done))
    }
    if total(\.refused) > 0 { methods.append(Method(.files, .none, .failed)) }
    // The content is still there under a name that no row gave.
    if total(\.linked) > 0 { methods.append(Method(.files, .none, .unknown)) }
    return methods.isEmpty ? [Method(.files, .none, .notApplicable)] : methods
  }

  /// The numbers as they stand in a certificate.
  func scope() throws(EvidenceError) -> [ScopedFiles] {
    var files: [ScopedFiles] = []
    for (root, count) in counts.sorted(by: { $0.key < $1.key }) {
      func told(_ number: Int) -> DisclosedCount { DisclosedCount(Int64(number), couldSingleOut: true) }
      files.append(
        ScopedFiles(
          root: try Label(root), removed: told(count.removed), missing: told(count.missing), kept: told(count.kept),
          linked: told(count.linked), refused: told(count.refused), left: told(count.left)))
    }
    return files
  }

  /// The entry of a certificate about the second look; none when there was nothing to look for.
  func checks() throws(EvidenceError) -> [Evidence.Check] {
    let gone = total(\.removed) + total(\.missing) + reappeared
    let all = gone + total(\.left) - reappeared + total(\.refused)
    guard all > 0 else { return [] }
    var record: [String: JSONValue] = [:]
    for (root, count) in counts {
      record[root] = [
        "removed": .integer(Int64(count.removed)), "missing": .integer(Int64(count.missing)), "kept": .integer(Int64(count.kept)),
        "linked": .integer(Int64(count.linked)), "refused": .integer(Int64(count.refused)), "left": .integer(Int64(count.left)),
      ]
    }
    return [
      Evidence.Check(
        .files, covered: .init(seen: Int64(gone), of: Int64(all), unit: .files), probes: Int64(gone), hits: Int64(reappeared),
        evidence: Hash(of: try JSONValue.object(record).canonical()))
    ]
  }
}
