import Residue
import SQLite

/// Searches a SQLite file and the files beside it for what should be gone.
struct SQLiteResidueSearch {
  let path: String
  let question: ResidueQuestion
  /// Full-text tables that hold rows of their own.
  let fullText: Set<String>
  let busyTimeout: Duration

  func run() throws(StoreError) -> ResidueFindings {
    do {
      return try search()
    } catch let error as SQLiteError {
      guard let obstacle = Cleansing.Obstacle(error) else { throw .sqlite(error) }
      return ResidueFindings(stoppedBy: obstacle)
    } catch is SQLiteFileError {
      return ResidueFindings(stoppedBy: .damage)
    } catch {
      preconditionFailure("a search has no other errors")
    }
  }

  private func search() throws -> ResidueFindings {
    let session = try SQLiteFileSession(path, busyTimeout: busyTimeout)
    let isLogged = try session.isLogged
    let scanner = try prepare(session)
    // What is in the log is looked at before it goes into the file.
    var tally = Tally()
    if isLogged { try search(beside: "-wal", scanner, &tally) }
    if isLogged, try !session.emptyLog() { return scanner.findings(tally, stoppedBy: .reader) }
    // Nobody may write while pages are read: behind a log that is the write lock, else a read lock does.
    return try session.database.transaction(isLogged ? .immediate : .snapshot) {
      if isLogged, try !session.isLogEmpty() { return scanner.findings(tally, stoppedBy: .reader) }
      if !isLogged { try search(beside: "-journal", scanner, &tally) }
      return try search(session, scanner, &tally)
    }
  }

  /// What is looked for, with values that must be found if it is in order.
  private struct Prepared {
    let scanner: Scanner
    let probes: Probes
    let control: PositiveControl

    /// What can be said when the pages could not be walked.
    func findings(_ tally: Tally, stoppedBy obstacle: Cleansing.Obstacle) -> ResidueFindings {
      var findings = ResidueFindings(patterns: probes.patterns.count, rowsCovered: probes.rowsCovered)
      findings.add(tally, rowsIn: [], trees: [])
      findings.obstacle = obstacle
      return findings
    }
  }

  private func prepare(_ session: SQLiteFileSession) throws -> Prepared {
    let size = try session.database.fileSize()
    let header = try session.walk().header
    let encoding = header.encoding
    let probes = question.probes(searching: size, forms: { $0.sqliteForms(encoding) }) { value in
      [value] + (encoding == .utf8 ? [] : [encoding.encoded(value)])
    }
    var random = SystemRandomNumberGenerator()
    let control = PositiveControl(besides: probes.patterns, using: &random)
    let scanner = Scanner(probes.patterns + control.patterns, in: try sample(session, size, header.pageSize))
    return Prepared(scanner: scanner, probes: probes, control: control)
  }

  private func search(_ session: SQLiteFileSession, _ prepared: Prepared, _ tally: inout Tally) throws -> ResidueFindings {
    var walk = try session.walk()
    var findings = ResidueFindings(patterns: prepared.probes.patterns.count, rowsCovered: prepared.probes.rowsCovered)
    findings.pages.of = walk.header.pageCount
    var random = SystemRandomNumberGenerator()
    try walk.visit { page, bytes in
      if page.role != .beyond { findings.pages.seen += 1 }
      tally.bytes += bytes.count
      if page.slack.contains(where: { !bytes.isZero(in: $0) }) { findings.dirtyPages += 1 }
      if page.number == 1 {
        findings.controls.of = prepared.control.patterns.count
        findings.controls.seen = prepared.control.found(
          in: bytes, by: prepared.scanner, first: prepared.probes.patterns.count, using: &random)
      }
      for hit in prepared.scanner.hits(in: bytes) {
        let isSlack = page.slack.contains { $0.contains(hit.position) }
        tally.add(hit.pattern, isSlack && page.role != .free && page.role != .beyond ? .slack : .page(page.role))
      }
    }
    findings.add(tally, rowsIn: Set(fullText.map { "\($0)_content" }), trees: walk.trees)
    return findings
  }

  /// Searches a journal or log as it is.
  private func search(beside suffix: String, _ prepared: Prepared, _ tally: inout Tally) throws(SQLiteError) {
    guard let file = try BesideFile(path: path + suffix) else { return }
    var scan = StreamScan(prepared.scanner)
    var hits: [Hit] = []
    while case let piece = try file.read(1 << 20, at: scan.count), !piece.isEmpty { scan.add(piece) { hits.append($0) } }
    scan.finish { hits.append($0) }
    tally.bytes += scan.count
    for hit in hits { tally.add(hit.pattern, .journal) }
  }

  private func sample(_ session: SQLiteFileSession, _ size: Int, _ pageSize: Int) throws(SQLiteError) -> PairFrequencies {
    var frequencies = PairFrequencies()
    var bytes = [UInt8](repeating: 0, count: pageSize)
    let pages = size / pageSize
    for page in Swift.stride(from: 0, to: pages, by: max(1, pages / 64)) {
      try session.database.readFile(at: page * pageSize, into: &bytes)
      frequencies.add(bytes)
    }
    return frequencies
  }
}

/// The places where patterns were found.
struct Tally {
  /// Bytes that were searched.
  var bytes = 0
  private(set) var found: [Found: Int] = [:]

  /// A pattern at a kind of place.
  struct Found: Hashable {
    let pattern: Int
    let place: Place
  }

  /// A kind of place in a SQLite file.
  enum Place: Hashable {
    case slack
    case page(SQLiteWalk.Role)
    case journal
  }

  mutating func add(_ pattern: Int, _ place: Place) { found[Found(pattern: pattern, place: place), default: 0] += 1 }
}

extension ResidueFindings {
  init(patterns: Int, rowsCovered: Int) {
    self.patterns = patterns
    self.rowsCovered = rowsCovered
  }

  /// Adds what was found. What stands in a row that is still there lives on, and so no copy of it is a remnant.
  mutating func add(_ tally: Tally, rowsIn inner: Set<String>, trees: [SQLiteTree]) {
    bytes = Coverage(seen: tally.bytes, of: tally.bytes)
    let places = tally.found.map { (pattern: $0.key.pattern, region: Self.region($0.key.place, inner, trees), count: $0.value) }
    let living = Set(places.filter { $0.region == nil }.map(\.pattern))
    livingOn = living.count
    for place in places where !living.contains(place.pattern) {
      if let region = place.region { hits[region, default: 0] += place.count }
    }
  }

  /// The region of a place; nil where live rows are.
  private static func region(_ place: Tally.Place, _ inner: Set<String>, _ trees: [SQLiteTree]) -> Region? {
    switch place {
    case .slack: return .slack
    case .journal: return .journal
    case .page(.free), .page(.beyond): return .free
    case .page(.administration): return .schema
    case .page(.node(let tree)), .page(.overflow(let tree)):
      guard let tree, trees.indices.contains(tree) else { return .schema }
      switch trees[tree].content {
      case .rows: return nil
      case .derived: return inner.contains(trees[tree].name) ? nil : .derived
      case .statistics: return .statistics
      }
    }
  }
}
