/// A step of an interrupted run, as the run remembered it.
public struct RecordedStep: Hashable, Sendable {
  /// The table.
  public let table: String
  /// The kind of data.
  public let category: Category
  /// What was done.
  public let action: Step.Action
  /// The days that the clocks of its rows showed when the plan was made.
  public let clocks: ClosedRange<CivilDate>?

  /// A step as it was planned.
  public init(table: String, category: Category, action: Step.Action, clocks: ClosedRange<CivilDate>?) {
    self.table = table
    self.category = category
    self.action = action
    self.clocks = clocks
  }
}

extension Plan {
  /// The plan of a run that was interrupted, from what is left: the earlier steps stand in it for the record, with their
  /// reasons, also those of which nothing is left to do. When the run cannot go on, nothing at all is left to do.
  ///
  /// Nil when the rules no longer know an earlier step.
  public func recording(_ earlier: [RecordedStep], canGoOn: Bool) -> Plan? {
    var recorded: [Step] = []
    for one in earlier {
      let left = canGoOn ? steps.first { $0.table.table.name == one.table && $0.category == one.category && $0.action == one.action } : nil
      guard let table = decision.table(one.table) else { return nil }
      let cases = table.cases.filter { $0.category == one.category && $0.action == one.action }
      guard !cases.isEmpty else { return nil }
      let clocks = [one.clocks, left?.count.clocks].compactMap(\.self)
      let first = clocks.map(\.lowerBound).min()
      let last = clocks.map(\.upperBound).max()
      let range = first.flatMap { first in last.map { first...$0 } }
      recorded.append(
        Step(
          table: table, category: one.category, action: one.action, cases: cases,
          count: CaseCount(rows: left?.rows ?? 0, clocks: range), tableRows: left?.tableRows ?? 0,
          incoming: decision.graph.incoming(one.table)))
    }
    return Plan(decision: decision, steps: recorded, exclusions: exclusions, totals: totals, tableRows: tableRows)
  }
}
