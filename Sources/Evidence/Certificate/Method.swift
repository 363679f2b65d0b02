/// What was done at one place where a copy can exist.
public struct Method: Hashable, Sendable {
  /// The places where a copy can exist.
  public enum Place: String, CaseIterable, Sendable {
    /// The live rows.
    case rows
    /// Free pages and dead tuples of the database's files.
    case pages
    /// The journal or write-ahead log.
    case journal
    /// The planner's statistics, which hold sample values.
    case statistics
    /// What the database makes of the rows itself: full-text indexes, materialized views.
    case derived
    /// Files beside the database.
    case files
    /// Replicas.
    case replicas
    /// Backups.
    case backups
    /// Log files.
    case logs
    /// A sub-processor.
    case subprocessor
  }

  /// How. Each technique has its own exact wording, see ``Wording``.
  public enum Technique: String, CaseIterable, Sendable {
    /// SQL DELETE.
    case delete
    /// The table or file was written anew without the records.
    case rewrite
    /// The freed bytes were overwritten by the database.
    case overwrite
    /// The journal was checkpointed and cut.
    case checkpoint
    /// Statistics were computed again.
    case recompute
    /// A file was removed.
    case unlink
    /// A table, schema or database was dropped.
    case drop
    /// The key of encrypted data was destroyed.
    case forget
    /// Columns were emptied; the rows remain, and may still tell about people. Never called erasing.
    case reduce
    /// Rows were marked, so that nobody uses them; they are all there. Never called erasing.
    case restrict
    /// The copy follows by replication.
    case replicate
    /// The copy expires by itself.
    case expire
    /// Somebody else was instructed.
    case instruct
    /// Nothing was done.
    case none
  }

  /// How far it got.
  public enum Status: Hashable, Sendable {
    /// Done.
    case done
    /// It will be done by itself or by others on a day.
    case pending(until: Day)
    /// It will be done when something is no longer in the way; nobody knows the day.
    case waiting(for: Obstacle)
    /// There is no such copy.
    case notApplicable
    /// It was tried.
    case failed
    /// Nobody knows.
    case unknown

    /// The day until which a copy remains.
    public var until: Day? {
      if case .pending(let until) = self { until } else { nil }
    }

    var word: Word {
      switch self {
      case .done: .done
      case .pending, .waiting: .pending
      case .notApplicable: .notApplicable
      case .failed: .failed
      case .unknown: .unknown
      }
    }
  }

  /// What is in the way of treating a place.
  public enum Obstacle: String, CaseIterable, Sendable {
    /// Another connection reads or writes.
    case reader
    /// The time that may be spent on it is too short.
    case time
    /// There is too little disk, or less may be used than it takes.
    case disk
    /// The account, of the database or of the system, may not do it.
    case rights
    /// An old snapshot, prepared transaction, replication slot or standby still needs what was erased.
    case snapshot
    /// Replication, archiving or recovery still needs the log.
    case log
    /// The file is damaged or cannot be read.
    case damage
  }

  enum Word: String, CaseIterable {
    case done, pending, notApplicable, failed, unknown
  }

  /// The place.
  public let place: Place
  /// How.
  public let technique: Technique
  /// How far.
  public let status: Status
  /// Which one, when there are several: a backup site, a sub-processor.
  public let location: Label?

  /// What was done at a place.
  public init(_ place: Place, _ technique: Technique, _ status: Status, location: Label? = nil) {
    self.place = place
    self.technique = technique
    self.status = status
    self.location = location
  }

  /// Reads what ``json`` gave.
  public init(_ node: JSONNode) throws(EvidenceError) {
    let word: Word = try node["status"].choice()
    try node.requireMembers(
      Set(["place", "technique", "status"]).union(word == .pending ? [node["for"].ifPresent == nil ? "until" : "for"] : []),
      optional: ["location"])
    place = try node["place"].choice()
    technique = try node["technique"].choice()
    location = try node["location"].ifPresent?.parsed(Label.init)
    status =
      switch word {
      case .done: .done
      case .pending where node["for"].ifPresent != nil: .waiting(for: try node["for"].choice())
      case .pending: .pending(until: try node["until"].parsed(Day.init))
      case .notApplicable: .notApplicable
      case .failed: .failed
      case .unknown: .unknown
      }
  }

  /// The row as it stands in a certificate.
  public var json: JSONValue {
    var obstacle: Obstacle?
    if case .waiting(let found) = status { obstacle = found }
    return .object(present: [
      "place": .string(place.rawValue), "technique": .string(technique.rawValue), "status": .string(status.word.rawValue),
      "until": status.until.map { .string($0.description) }, "for": obstacle.map { .string($0.rawValue) },
      "location": location.map { .string($0.text) },
    ])
  }
}
