internal import Foundation

/// The files of a package with their sizes and check sums, found by reading it once.
final class PackageInventory {
  struct File {
    var size: Int64 = 0
    var sha256 = ""
    /// Records and the hash of their lines, for a CSV file.
    var rows = 0
    var hash = MultisetHash()
  }

  private(set) var top: String?
  private(set) var files: [String: File] = [:]
  private(set) var problems: [String] = []
  private var kept: [String: [UInt8]] = [:]

  /// Files that are read whole. The manifest's size grows with the number of files only.
  private static let wanted: Set = [
    "bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt", "data/datapackage.json", "data/evidence/export.json",
  ]

  /// Reads a package from beginning to end.
  ///
  /// - Parameter tables: what looks at the records of tables on the way; nil when it is not known yet what is in them.
  func read(_ source: ArchiveSource, _ tables: TableCheck?) throws {
    var last: Passing?
    try source.forEachFile { name in
      finish(last)
      let path = self.path(below: name)
      let passing = Passing(path, tables?.table(at: path))
      last = passing
      let isWanted = Self.wanted.contains(path)
      return { [unowned self] bytes in
        try passing.take(bytes)
        guard isWanted else { return }
        guard passing.file.size < 1 << 28 else {
          throw PortabilityError.damaged(path: source.path, problem: "\(path) in it is too large to be what it should be")
        }
        kept[path, default: []] += bytes
      }
    }
    finish(last)
  }

  private func finish(_ passing: Passing?) {
    guard let passing else { return }
    if !passing.isComplete { problems.append("\(passing.path) ends within a record") }
    files[passing.path] = passing.finished
  }

  /// Whether a file was read whole and is this.
  func holds(_ path: String, _ bytes: [UInt8]) -> Bool { kept[path] == bytes }

  private func path(below name: String) -> String {
    let parts = name.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    if top == nil { top = String(parts[0]) }
    let isProper = parts.count == 2 && String(parts[0]) == top && !parts[1].split(separator: "/").contains("..") && !parts[1].hasPrefix("/")
    if !isProper { problems.append("\(name) is not below the one top folder") }
    return parts.count == 2 ? String(parts[1]) : name
  }

  func decoded<Value: Decodable>(_ path: String, _ archive: String) throws -> Value {
    guard let bytes = kept[path] else {
      throw PortabilityError.damaged(path: archive, problem: "it has no \(path); it is no package of Wis")
    }
    do {
      return try JSONDecoder().decode(Value.self, from: Data(bytes))
    } catch {
      throw PortabilityError.damaged(path: archive, problem: "\(path) in it is not of this profile")
    }
  }

  /// Every file against the manifests, and the other way round.
  func checksums() -> VerifiedPackage.Finding {
    var problems: [String] = []
    var named: Set<String> = ["tagmanifest-sha256.txt"]
    for manifest in ["manifest-sha256.txt", "tagmanifest-sha256.txt"] {
      guard let bytes = kept[manifest] else {
        problems.append("\(manifest) is missing")
        continue
      }
      for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
        let sum = line.prefix(64)
        // Between the sum and the path stands white space: two blanks of ours, one of other programs (RFC 8493 section 2.1.3).
        let path = line.dropFirst(64).drop { $0 == " " || $0 == "\t" }.replacingOccurrences(of: "%0A", with: "\n")
          .replacingOccurrences(of: "%0D", with: "\r").replacingOccurrences(of: "%25", with: "%")
        named.insert(path)
        if let file = files[path] {
          if file.sha256 != sum { problems.append("\(path) differs from \(manifest)") }
        } else {
          problems.append("\(path) is missing")
        }
      }
    }
    problems += files.keys.filter { !named.contains($0) }.sorted().map { "\($0) is in no manifest" }
    if String(decoding: kept["bagit.txt"] ?? [], as: UTF8.self) != "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n" {
      problems.append("bagit.txt is missing or altered")
    }
    let payload = files.filter { $0.key.hasPrefix("data/") }
    let oxum = "Payload-Oxum: \(payload.values.reduce(0) { $0 + $1.size }).\(payload.count)"
    if !String(decoding: kept["bag-info.txt"] ?? [], as: UTF8.self).split(separator: "\n").contains(Substring(oxum)) {
      problems.append("bag-info.txt tells another size of the payload")
    }
    return .init(step: "checksums", checked: files.count, problems: problems)
  }

  /// What the descriptor says about its files.
  func descriptor(_ package: DataPackage) -> VerifiedPackage.Finding {
    var problems: [String] = []
    for resource in package.resources {
      guard let file = files["data/" + resource.path] else {
        problems.append("\(resource.path) is missing")
        continue
      }
      if file.size != resource.bytes || "sha256:\(file.sha256)" != resource.hash {
        problems.append("\(resource.path) differs from datapackage.json")
      }
      if let types = resource.typesPath, files["data/" + types] == nil { problems.append("\(types) is missing") }
    }
    return .init(step: "descriptor", checked: package.resources.count, problems: problems)
  }

  /// The records that are there, against what was counted and hashed when they were written.
  func counts(_ package: DataPackage, _ evidence: ExportEvidence) -> VerifiedPackage.Finding {
    var problems: [String] = []
    for resource in package.resources {
      guard let file = files["data/" + resource.path] else { continue }
      if file.rows != resource.rowCount {
        problems.append("\(resource.path) has \(file.rows) records, and should have \(resource.rowCount)")
      }
      if file.hash.text != resource.exportedMultisetHash {
        problems.append("\(resource.path): its records are not those that were written")
      }
    }
    let byPath = Dictionary(package.resources.map { ($0.path, $0) }) { first, _ in first }
    for table in evidence.tables {
      guard let resource = byPath[table.path] else {
        problems.append("table \(table.table) has no file")
        continue
      }
      if table.sourceRows != table.writtenRows || resource.rowCount != table.sourceRows {
        problems.append("table \(table.table) has \(resource.rowCount) records, and the source had \(table.sourceRows)")
      }
      if resource.exportedMultisetHash != table.exportedMultisetHash || resource.sourceMultisetHash != table.sourceMultisetHash {
        problems.append("table \(table.table): the evidence and the descriptor differ")
      }
    }
    return .init(step: "counts", checked: evidence.tables.reduce(0) { $0 + $1.sourceRows }, problems: problems)
  }
}

/// A file of a package while it passes.
private final class Passing {
  let path: String
  private(set) var file = PackageInventory.File()
  private var digest = Digest()
  private var scanner = RecordScanner()
  private var isHeader = true
  private let isTable: Bool
  private let table: CheckedTable?

  init(_ path: String, _ table: CheckedTable?) {
    self.path = path
    self.table = table
    isTable = path.hasPrefix("data/") && path.hasSuffix(".csv")
  }

  func take(_ bytes: [UInt8]) throws {
    digest.update(bytes)
    file.size += Int64(bytes.count)
    guard isTable else { return }
    // Out of the object while records are looked at.
    var (rows, hash, scanner) = (file.rows, file.hash, RecordScanner())
    swap(&scanner, &self.scanner)
    try scanner.scan(bytes) { record, hasQuotes in
      if isHeader {
        isHeader = false
      } else {
        rows += 1
        hash.add(record)
      }
      try table?.take(record, hasQuotes: hasQuotes)
    }
    swap(&scanner, &self.scanner)
    (file.rows, file.hash) = (rows, hash)
  }

  /// Whether a table ended with a record.
  var isComplete: Bool { !isTable || scanner.isComplete }

  /// The file with its digest.
  var finished: PackageInventory.File {
    var finished = file
    finished.sha256 = digest.hex
    return finished
  }
}
