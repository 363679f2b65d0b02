import Retention

/// What was found under the names that rows gave, before the first file was removed. It is on the disk by then: what is missing
/// after a kill was removed, and what was missing before was not.
struct FileFindings {
  private(set) var found: [NamedFile: FileRoot.Found] = [:]

  init() {}

  /// Reads what was written before; nil when the bytes are no such findings.
  init?(bytes: [UInt8]) {
    guard let parts = SealedParts(bytes: bytes)?.parts else { return nil }
    for part in parts {
      guard let end = part.firstIndex(of: 0), let file = NamedFile(bytes: part[part.index(after: end)...]),
        let found = FileRoot.Found(text: String(decoding: part[..<end], as: UTF8.self))
      else { return nil }
      self.found[file] = found
    }
  }

  var bytes: [UInt8] { SealedParts(found.map { Array($1.text.utf8) + [0] + $0.bytes }).bytes }

  /// Looks at the names that were not looked at yet, or in vain; answers whether there were any.
  mutating func look(at files: Set<NamedFile>, below roots: FileRoots) -> Bool {
    var isNew = false
    for file in files where found[file] == nil || found[file]?.isReachable == false {
      let now = roots.look(file)
      if found.updateValue(now, forKey: file) != now { isNew = true }
    }
    return isNew
  }
}

extension FileRoot.Found {
  var isReachable: Bool {
    if case .unreachable = self { false } else { true }
  }

  fileprivate init?(text: String) {
    let words = text.split(separator: " ").map(String.init)
    let numbers = words.dropFirst().compactMap { UInt64($0) }
    switch words.first {
    case "file" where numbers.count == 3:
      self = .file(FileRoot.Identity(device: numbers[0], number: numbers[1]), names: Int(clamping: numbers[2]))
    case "missing": self = .missing
    case "refused":
      guard let refusal = words.last.flatMap(FileRefusal.init) else { return nil }
      self = .refused(refusal)
    case "unreachable" where numbers.count == 1: self = .unreachable(Int32(clamping: numbers[0]))
    default: return nil
    }
  }

  fileprivate var text: String {
    switch self {
    case .file(let identity, let names): "file \(identity.device) \(identity.number) \(names)"
    case .missing: "missing"
    case .refused(let refusal): "refused \(refusal.rawValue)"
    case .unreachable(let problem): "unreachable \(problem)"
    }
  }
}
