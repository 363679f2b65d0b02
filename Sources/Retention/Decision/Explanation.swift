/// Why one record has its disposition: every rule that speaks about it, with its clause and its dates.
public struct Explanation: Hashable, Sendable {
  /// The case the record falls into.
  public let `case`: TableDecision.Case
  /// The rules, in the order of the policy.
  public let lines: [Line]

  /// What a clock of a record shows.
  public enum Reading: Hashable, Sendable {
    case day(CivilDate)
    /// Nothing that can be read as a plausible day.
    case missing
    /// NULL where the data map says that the event has not happened.
    case ongoing
  }

  /// One rule with what follows from it for the record.
  public struct Line: Hashable, Sendable {
    /// The rule.
    public let applied: AppliedRule
    /// What its clock shows; nil when no clock of the record matters.
    public let reading: Reading?
    /// The first day on which the rule's period is over, when it can be told.
    public let end: CivilDate?
    /// Whether that day has come.
    public let isOver: Bool
  }

  /// Explains a record that falls into the case at `index` and whose clocks show `readings`.
  public init(of decision: TableDecision, caseAt index: Int, readings: [ClockPath: Reading], on today: CivilDate) {
    let found = decision.cases[index]
    self.case = found
    self.lines = (decision.kinds.first { $0.category == found.category }?.rules ?? []).map { applied in
      let reading = applied.clock.map { readings[$0] ?? .missing }
      var day: CivilDate?
      if case .day(let shown) = reading { day = shown }
      let end = applied.end(forClock: day)
      return Line(applied: applied, reading: reading, end: end, isOver: end.map { $0 <= today } ?? false)
    }
  }
}
