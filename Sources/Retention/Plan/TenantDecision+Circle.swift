extension TenantDecision {
  /// The circle that a step's table is part of, in which only what some step of the plan is about counts as due, and any row
  /// outside of it holds a row: those that were due have gone when its turn comes.
  func circle(of step: Step, among steps: [Step]) -> Circle? {
    guard let group = groups.first(where: { $0.contains(step.table.table.name) }) else { return nil }
    let inner = graph.references.filter { group.contains($0.table) && group.contains($0.target) }
    guard !inner.isEmpty else { return nil }
    let members = group.compactMap(table).map { table in
      let name = table.table.name
      let due = steps.filter { $0.action == .erase && $0.table.table.name == name }.map(\.due)
      let outside = graph.incoming(name).filter { !group.contains($0.table) }
      return Circle.Member(
        table: name, key: table.key, due: .disjunction(due),
        heldFromOutside: .disjunction(outside.map { .referenced($0, by: .constant(true)) }))
    }
    return Circle(members: members, references: inner)
  }
}
