import Retention

extension Condition {
  /// The same condition, for rows of a table of which something is known to hold: what follows from that is left out, because a
  /// database takes longer to plan a long statement than to run it.
  func given(_ known: Condition, on table: String) -> Condition {
    if case .all(let parts) = known { return simplified(Set(parts), table) }
    return simplified([known], table)
  }

  private func simplified(_ facts: Set<Condition>, _ table: String) -> Condition {
    if case .constant = self { return self }
    if facts.contains(self) { return .constant(true) }
    if facts.contains(.negation(self)) { return .constant(false) }
    switch self {
    case .not(let part):
      return .negation(part.simplified(facts, table))
    case .any(let parts):
      return .disjunction(parts.map { $0.simplified(facts, table) })
    case .all(let parts):
      // Those that stand for themselves are known where the others are looked at.
      let all = facts.union(parts.filter { !$0.isComposed })
      return .conjunction(parts.map { $0.simplified($0.isComposed ? all : facts, table) })
    case .referenced(let reference, let inner):
      let inner = inner.simplified([], reference.table)
      return inner == .constant(false) ? inner : .referenced(reference, by: inner)
    case .held(let circle):
      return circle.names(table) ? self : .constant(false)
    case .constant, .row, .clock, .parent, .sealed, .belonging, .namedByFew:
      return self
    }
  }

  /// Whether it is made of conditions on the same row.
  private var isComposed: Bool {
    switch self {
    case .not, .any, .all: true
    case .constant, .row, .clock, .parent, .sealed, .belonging, .namedByFew, .referenced, .held: false
    }
  }
}

extension Circle {
  /// Whether rows of the circle can name rows of a table: else none of these is ever held by it.
  func names(_ table: String) -> Bool { references.contains { $0.target == table } }
}
