import Retention

/// Whether the rules of a tenant say, for each kind of row of a table, how long it is kept and by which clock.
struct RuleCoverage {
  let table: MappedTable
  let name: String
  let map: DataMap
  let rules: [RetentionRule]

  /// What is missing; empty when every row can be decided.
  var problems: [String] {
    let categories = Set([table.category] + table.variants.map(\.category)).subtracting([.impersonal])
    return categories.sorted().flatMap { category in
      let governing = rules.filter { $0.scope.contains(category) }
      guard !governing.isEmpty else {
        return ["no rule says how long '\(category)' is kept; add one to the agreement or to the tenant"]
      }
      return table.livesWith.isEmpty ? governing.compactMap { clockProblem(of: $0) } : []
    }
  }

  private func clockProblem(of rule: RetentionRule) -> String? {
    guard case .period(_, let from) = rule.keeping else { return nil }
    switch from {
    case .endOfContract: return nil
    case .clock(let clock), .endOfCalendarYear(let clock), .endOfFiscalYear(let clock):
      guard let clock else { return onlyClockProblem(of: rule) }
      if clocks().contains(clock) { return nil }
      let hint = Spelling.hint(for: clock, among: clocks())
      return "the rule '\(rule.name)' counts from the clock '\(clock)', which the table and those it belongs to lack\(hint)"
    }
  }

  /// A rule that names no clock takes the row's only one: its own, or else its parent's.
  private func onlyClockProblem(of rule: RetentionRule) -> String? {
    var current = table
    while current.clocks.isEmpty, let parent = current.belongsTo.flatMap({ map.tables[$0] }) { current = parent }
    guard current.clocks.count > 1 else { return nil }
    let names = current.clocks.keys.sorted().joined(separator: ", ")
    return "the rule '\(rule.name)' names no clock and the row has several (\(names)); name one in the rule, or leave one in the table"
  }

  /// The names of the clocks of the table and of those it belongs to.
  private func clocks() -> Set<String> {
    var names = Set(table.clocks.keys)
    var current = table
    while let parent = current.belongsTo.flatMap({ map.tables[$0] }) {
      names.formUnion(parent.clocks.keys)
      current = parent
    }
    return names
  }
}
