public import Evidence
public import Residue
public import Retention
public import Stores

/// What was done against residue after an erasure, and what a search found afterwards.
public struct ResidueReport: Hashable, Sendable {
  /// What was done, place by place.
  public let cleansing: Cleansing
  /// What was found; nil when the level asks for no search.
  public let findings: ResidueFindings?

  /// Cleans up behind an erasure, and looks for what was in its rows, if that is known.
  public init(after rows: ErasedRows?, to level: ErasureLevel, within budget: ScrubBudget, in store: any TenantStore) throws(StoreError) {
    var report = try Self(once: rows, level, budget, store)
    // A server copies dead rows along while it lets somebody in, which no list of sessions shows yet.
    for _ in 0..<Self.repetitions where !report.isBlocked && report.hits > 0 { report = try Self(once: rows, level, budget, store) }
    self = report
  }

  /// How often a cleansing is repeated that nothing was in the way of and that left something.
  private static let repetitions = 2

  private init(once rows: ErasedRows?, _ level: ErasureLevel, _ budget: ScrubBudget, _ store: any TenantStore) throws(StoreError) {
    cleansing = try store.cleanse(to: level, within: budget)
    findings = try rows.map { rows throws(StoreError) in try store.searchResidue(.rows(rows)) }
  }

  /// Whether something was in the way that can be gone another time. A server's log is recycled by the server itself, sooner or
  /// later; the certificate says that it is pending.
  public var isBlocked: Bool { cleansing.waiting.contains { $0.obstacle != .log } }

  /// Whether the level was reached: nothing is in the way, and a search that saw everything found nothing.
  public var isClean: Bool { !isBlocked && findings?.isClean != false }

  /// How many places hold what should be gone.
  public var hits: Int { findings.map { $0.hitCount + $0.dirtyPages } ?? 0 }
}

extension ResidueReport {
  /// What a certificate says about it, to be kept until one is issued: what was done at each place, and what a search found.
  public func record(rowsErased: Int) throws(EvidenceError) -> JSONValue {
    ["methods": .array(methods.map(\.json)), "checks": .array(try checks(rowsErased: rowsErased).map(\.json))]
  }

  /// The rows of a certificate about the places in a database's own files.
  var methods: [Method] {
    Cleansing.Place.allCases.map { place in
      let name: Method.Place =
        switch place {
        case .derived: .derived
        case .statistics: .statistics
        case .pages: .pages
        case .journal: .journal
        }
      switch cleansing.outcomes[place] {
      case .done(let technique): return Method(name, Method.Technique(technique), .done)
      case .waiting(let obstacle): return Method(name, .none, .waiting(for: Method.Obstacle(obstacle)))
      case .notApplicable: return Method(name, .none, .notApplicable)
      case nil: return Method(name, .none, .unknown)
      }
    }
  }

  /// The rows of a certificate about places outside of the database's files that were found to be in use: nobody looked into
  /// them, but for what the database forgot of itself.
  var outside: [Method] {
    get throws(EvidenceError) {
      var methods: [Method] = []
      for (place, isEmptied) in cleansing.outside.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
        let status: Method.Status = isEmptied ? .done : .unknown
        let technique: Method.Technique = isEmptied ? .delete : .none
        switch place {
        case .archive: methods.append(Method(.journal, technique, status, location: try Label("WAL archive")))
        case .standbys: methods.append(Method(.replicas, .replicate, status, location: try Label("standby servers and slots")))
        case .serverLog: methods.append(Method(.logs, technique, status, location: try Label("PostgreSQL log")))
        case .statements: methods.append(Method(.logs, technique, status, location: try Label("pg_stat_statements")))
        }
      }
      return methods
    }
  }

  /// The entries of a certificate about what was looked at: the structure of every page, and the values of the rows.
  func checks(rowsErased: Int) throws(EvidenceError) -> [Evidence.Check] {
    guard let findings else { return [] }
    let evidence = Hash(of: try Self.json(findings).canonical())
    let pages = findings.pages
    // A search that did not find what was planted could not have found anything.
    let canFind = findings.controls.seen == findings.controls.of
    let structure = Evidence.Check(
      .residue, covered: .init(seen: Int64(pages.seen), of: Int64(max(pages.of, pages.seen)), unit: .pages), probes: Int64(pages.seen),
      hits: Int64(findings.dirtyPages), evidence: evidence)
    let covered = min(findings.rowsCovered, rowsErased)
    let values = Evidence.Check(
      .residue, covered: .init(seen: Int64(covered), of: Int64(rowsErased), unit: .records),
      probes: canFind && findings.obstacle == nil ? Int64(findings.patterns) : 0, hits: Int64(findings.hitCount), evidence: evidence)
    return [structure, values]
  }

  /// The record of the search, without any value.
  private static func json(_ findings: ResidueFindings) -> JSONValue {
    [
      "bytes": .integer(Int64(findings.bytes.seen)), "pages": .integer(Int64(findings.pages.seen)),
      "dirtyPages": .integer(Int64(findings.dirtyPages)), "patterns": .integer(Int64(findings.patterns)),
      "livingOn": .integer(Int64(findings.livingOn)), "controls": .integer(Int64(findings.controls.of)),
      "controlsFound": .integer(Int64(findings.controls.seen)),
      "hits": .object(Dictionary(uniqueKeysWithValues: findings.hits.map { ($0.key.rawValue, .integer(Int64($0.value))) })),
    ]
  }
}

extension Method.Technique {
  fileprivate init(_ technique: Cleansing.Technique) {
    self =
      switch technique {
      case .rewritten: .rewrite
      case .overwritten: .overwrite
      case .checkpointed: .checkpoint
      case .removed: .unlink
      case .recomputed: .recompute
      }
  }
}

extension Method.Obstacle {
  fileprivate init(_ obstacle: Cleansing.Obstacle) {
    self =
      switch obstacle {
      case .reader: .reader
      case .time: .time
      case .disk: .disk
      case .rights: .rights
      case .snapshot: .snapshot
      case .log: .log
      case .damage: .damage
      }
  }
}
