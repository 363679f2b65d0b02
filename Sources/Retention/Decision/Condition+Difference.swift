extension Condition {
  /// The rows that satisfy one condition and not another, as those of a later day that were not there on an earlier one. What follows for
  /// such a row is said as well, so that an index can find it: without that, each of many stretches of time would be looked for in all rows.
  static func rows(of later: Condition, notOf earlier: Condition) -> Condition {
    // Where tables name each other along very many ways it is given up, and the rows are looked for among all.
    var steps = 2_000
    return .conjunction([later.difference(from: earlier, &steps) ?? .constant(true), later, .negation(earlier)])
  }

  /// What follows for a row that satisfies this condition and not the other, as far as clocks tell: false when there can be no such row,
  /// nil when nothing is known, or no steps are left.
  private func difference(from other: Condition, _ steps: inout Int) -> Condition? {
    steps -= 1
    if steps < 0 { return nil }
    if self == other { return .constant(false) }
    switch (self, other) {
    case (.any(let options), _):
      // It satisfies one of them.
      return Self.any(of: options.map { ($0, other) }, &steps)
    case (_, .all(let parts)):
      // It fails one of them.
      return Self.any(of: parts.map { (self, $0) }, &steps)
    case (.all(let parts), .any(let options)):
      return Self.first(of: parts.map { ($0, other) } + options.map { (self, $0) }, &steps)
    case (.all(let parts), _):
      // It satisfies all of them, so any can tell.
      return parts.contains(other) ? .constant(false) : Self.first(of: parts.map { ($0, other) }, &steps)
    case (_, .any(let options)):
      return options.contains(self) ? .constant(false) : Self.first(of: options.map { (self, $0) }, &steps)
    case (.not(let part), .not(let otherPart)):
      return otherPart.difference(from: part, &steps)
    case (.clock(let clock, .before(let later)), .clock(let same, .before(let earlier))) where clock == same:
      return earlier < later ? .clock(clock, .within(earlier..<later)) : .constant(false)
    case (.parent(let reference, let inner), .parent(let same, let otherInner)) where reference == same:
      return inner.difference(from: otherInner, &steps).map { $0 == .constant(false) ? $0 : .belonging(reference, to: $0) }
    case (.referenced(let reference, let inner), .referenced(let same, let otherInner)) where reference == same:
      return inner.difference(from: otherInner, &steps).map {
        $0 == .constant(false) ? $0 : .namedByFew([Few(reference: reference, rows: $0)])
      }
    case (.constant, _), (.row, _), (.clock, _), (.parent, _), (.sealed, _), (.belonging, _), (.namedByFew, _), (.referenced, _),
      (.held, _), (.not, _):
      return nil
    }
  }

  private typealias Pair = (one: Condition, other: Condition)

  /// What follows when one of some pairs differs; nil when nothing is known of one of them.
  private static func any(of pairs: [Pair], _ steps: inout Int) -> Condition? {
    var told: [Condition] = []
    for pair in pairs {
      guard let one = pair.one.difference(from: pair.other, &steps) else { return nil }
      told.append(one)
    }
    return .disjunction(told)
  }

  /// What follows when all of some pairs differ, from the first that tells something.
  private static func first(of pairs: [Pair], _ steps: inout Int) -> Condition? {
    for pair in pairs {
      if let told = pair.one.difference(from: pair.other, &steps) { return told }
    }
    return nil
  }
}
