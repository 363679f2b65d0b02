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
  /// A hold that came in between hides why rows went before it: then the rules say so as they are without holds. Nil when they no
  /// longer know an earlier step that was begun.
  public func recording(_ earlier: [RecordedStep], canGoOn: Bool, isBegun: (RecordedStep) -> Bool) throws(DecisionError) -> Plan? {
    let unheld =
      decision.holds.isEmpty
      ? decision
      : try TenantDecision(
        policy: decision.policy, schema: decision.schema, today: decision.today, holds: [], instruction: decision.instruction)
    var recorded: [Step] = []
    for one in earlier {
      let left = canGoOn ? steps.first { $0.table.table.name == one.table && $0.category == one.category && $0.action == one.action } : nil
      guard let (table, cases) = decision.cases(of: one) ?? unheld.cases(of: one) else {
        guard isBegun(one) else { continue }
        return nil
      }
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

extension TenantDecision {
  /// The cases that an earlier step was made of, with their table; nil when there are none any more.
  fileprivate func cases(of step: RecordedStep) -> (TableDecision, [TableDecision.Case])? {
    guard let table = table(step.table) else { return nil }
    let cases = table.cases.filter { $0.category == step.category && $0.action == step.action }
    return cases.isEmpty ? nil : (table, cases)
  }
}
