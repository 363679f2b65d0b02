/// One way in which the result was checked, and what it found.
public struct Check: Hashable, Sendable {
  /// The ways.
  public enum Kind: String, CaseIterable, Sendable {
    /// The frozen keys were asked for again, by another route.
    case requery
    /// References to erased rows were looked for.
    case orphans
    /// The records that must remain were counted.
    case remaining
    /// The database's files were searched for values that should be gone.
    case residue
    /// Files that should be gone were looked for.
    case files
    /// A backup was restored and searched.
    case restore
  }

  /// What came out. Computed from the numbers.
  public enum Result: String, CaseIterable, Sendable {
    /// Looked, and found nothing.
    case passed
    /// Found something.
    case failed
    /// Did not look: no probe was made, or nothing was covered.
    case incomplete
  }

  /// How much was looked at.
  public struct Coverage: Hashable, Sendable {
    /// What is counted.
    public enum Unit: String, CaseIterable, Sendable {
      /// Records.
      case records
      /// References between tables.
      case references
      /// Pages of a database file.
      case pages
      /// Bytes.
      case bytes
      /// Files.
      case files
      /// Copies: backups or replicas.
      case copies
    }

    /// How many were looked at.
    public let seen: Int64
    /// How many there were.
    public let of: Int64
    /// Of what.
    public let unit: Unit

    /// Some of all.
    public init(seen: Int64, of: Int64, unit: Unit) {
      precondition(0 <= seen && seen <= of, "nobody looks at more than there is")
      self.seen = seen
      self.of = of
      self.unit = unit
    }
  }

  /// The way.
  public let kind: Kind
  /// How much was looked at.
  public let covered: Coverage
  /// How many questions were asked.
  public let probes: Int64
  /// How many of them found something that should be gone.
  public let hits: Int64
  /// The hash of the record of this check that the issuer keeps.
  public let evidence: Hash

  /// What a check found.
  public init(_ kind: Kind, covered: Coverage, probes: Int64, hits: Int64, evidence: Hash) {
    precondition(probes >= 0 && hits >= 0, "probes and hits are counted from zero")
    self.kind = kind
    self.covered = covered
    self.probes = probes
    self.hits = hits
    self.evidence = evidence
  }

  /// Failed on any hit; incomplete when it did not really look.
  public var result: Result {
    hits > 0 ? .failed : probes == 0 || covered.seen == 0 ? .incomplete : .passed
  }

  /// Reads what ``json`` gave.
  public init(_ node: JSONNode) throws(EvidenceError) {
    try node.requireMembers(["kind", "covered", "probes", "hits", "result", "evidence"])
    let covered = node["covered"]
    try covered.requireMembers(["seen", "of", "unit"])
    let (seen, of) = (try covered["seen"].count(), try covered["of"].count())
    guard seen <= of else { throw covered.wrong("no more seen than there is", found: "more") }
    self.init(
      try node["kind"].choice(), covered: Coverage(seen: seen, of: of, unit: try covered["unit"].choice()),
      probes: try node["probes"].count(), hits: try node["hits"].count(), evidence: try node["evidence"].parsed(Hash.init(hex:)))
    guard try node["result"].choice(Result.self) == result else {
      throw node["result"].wrong(result.rawValue, found: "another result than the numbers give")
    }
  }

  /// The check as it stands in a certificate.
  public var json: JSONValue {
    [
      "kind": .string(kind.rawValue), "probes": .integer(probes), "hits": .integer(hits), "result": .string(result.rawValue),
      "evidence": .string(evidence.hex),
      "covered": ["seen": .integer(covered.seen), "of": .integer(covered.of), "unit": .string(covered.unit.rawValue)],
    ]
  }
}
