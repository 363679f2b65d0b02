/// Records that were not erased, and why not.
public struct Exclusion: Hashable, Sendable {
  /// Why they stay.
  public enum Reason: Hashable, Sendable {
    /// A duty forbids erasing before a day; nil when that day cannot be told for all of them.
    case duty(until: Day?)
    /// A person placed a hold, with or without an end.
    case hold(until: Day?)
    /// Their period still runs, and their use must have stopped already.
    case term(until: Day?)
    /// Records that are kept refer to them.
    case needed
    /// The clock of the rule has no value for them.
    case undated
    /// Nobody has said what they are: a table, or one column of it, that no rule speaks about.
    case uncovered(column: Label?)
    /// Erasing them failed.
    case failed

    /// The day on which the reason ends.
    public var until: Day? {
      switch self {
      case .duty(let until), .hold(let until), .term(let until): until
      case .needed, .undated, .uncovered, .failed: nil
      }
    }

    /// Whether the records may be ones that should be gone: then nothing is claimed to be complete.
    var isOpen: Bool {
      switch self {
      case .undated, .uncovered, .failed: true
      case .duty, .hold, .term, .needed: false
      }
    }

    var word: Word {
      switch self {
      case .duty: .duty
      case .hold: .hold
      case .term: .term
      case .needed: .needed
      case .undated: .undated
      case .uncovered: .uncovered
      case .failed: .failed
      }
    }
  }

  enum Word: String, CaseIterable {
    case duty, hold, term, needed, undated, uncovered, failed
  }

  /// The table.
  public let table: Label
  /// How many.
  public let records: DisclosedCount
  /// Why.
  public let reason: Reason
  /// The rule that says so.
  public let rule: Label?

  /// Records left in a table for a reason.
  public init(table: Label, records: DisclosedCount, reason: Reason, rule: Label? = nil) {
    self.table = table
    self.records = records
    self.reason = reason
    self.rule = rule
  }

  init(_ node: JSONNode) throws(EvidenceError) {
    let word: Word = try node["reason"].choice()
    let own: Set<String> =
      switch word {
      case .duty, .hold, .term: ["until"]
      case .uncovered: ["column"]
      case .needed, .undated, .failed: []
      }
    try node.requireMembers(["table", "records", "reason"], optional: own.union(["rule"]))
    table = try node["table"].parsed(Label.init)
    records = try DisclosedCount(node["records"])
    rule = try node["rule"].ifPresent?.parsed(Label.init)
    reason =
      switch word {
      case .duty: .duty(until: try node["until"].ifPresent?.parsed(Day.init))
      case .hold: .hold(until: try node["until"].ifPresent?.parsed(Day.init))
      case .term: .term(until: try node["until"].ifPresent?.parsed(Day.init))
      case .needed: .needed
      case .undated: .undated
      case .uncovered: .uncovered(column: try node["column"].ifPresent?.parsed(Label.init))
      case .failed: .failed
      }
  }

  var json: JSONValue {
    var column: Label?
    if case .uncovered(let name) = reason { column = name }
    return .object(present: [
      "table": .string(table.text), "records": records.json, "reason": .string(reason.word.rawValue),
      "until": reason.until.map { .string($0.description) }, "rule": rule.map { .string($0.text) },
      "column": column.map { .string($0.text) },
    ])
  }
}
