/// Records that were not erased, and why not.
public struct Exclusion: Hashable, Sendable {
  /// Why they stay.
  public enum Reason: Hashable, Sendable {
    /// A duty forbids erasing before a day.
    case duty(until: Day)
    /// A person placed a hold, with or without an end.
    case hold(until: Day?)
    /// The clock of the rule has no value for them.
    case undated
    /// Erasing them failed.
    case failed

    /// The day on which the reason ends.
    public var until: Day? {
      switch self {
      case .duty(let until): until
      case .hold(let until): until
      case .undated, .failed: nil
      }
    }

    var word: Word {
      switch self {
      case .duty: .duty
      case .hold: .hold
      case .undated: .undated
      case .failed: .failed
      }
    }
  }

  enum Word: String, CaseIterable {
    case duty, hold, undated, failed
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
    let dated: (required: Set<String>, optional: Set<String>) =
      switch word {
      case .duty: (["until"], [])
      case .hold: ([], ["until"])
      case .undated, .failed: ([], [])
      }
    try node.requireMembers(dated.required.union(["table", "records", "reason"]), optional: dated.optional.union(["rule"]))
    table = try node["table"].parsed(Label.init)
    records = try DisclosedCount(node["records"])
    rule = try node["rule"].ifPresent?.parsed(Label.init)
    reason =
      switch word {
      case .duty: .duty(until: try node["until"].parsed(Day.init))
      case .hold: .hold(until: try node["until"].ifPresent?.parsed(Day.init))
      case .undated: .undated
      case .failed: .failed
      }
  }

  var json: JSONValue {
    .object(present: [
      "table": .string(table.text), "records": records.json, "reason": .string(reason.word.rawValue),
      "until": reason.until.map { .string($0.description) }, "rule": rule.map { .string($0.text) },
    ])
  }
}
