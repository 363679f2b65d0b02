extension Condition {
  /// The rows that satisfy one condition and not another, as those of a later day that were not there on an earlier one. What follows for
  /// such a row is said as well, so that an index can find it: without that, each of many stretches of time would be looked for in all rows.
  static func rows(of later: Condition, notOf earlier: Condition) -> Condition {
    .conjunction([later.difference(from: earlier) ?? .constant(true), later, .negation(earlier)])
  }

  /// What follows for a row that satisfies this condition and not the other, as far as clocks tell: false when there can be no such row,
  /// nil when nothing is known.
  private func difference(from other: Condition) -> Condition? {
    if self == other { return .constant(false) }
    switch (self, other) {
    case (.any(let options), _):
      // It satisfies one of them.
      return Self.union(options) { $0.difference(from: other) }
    case (_, .all(let parts)):
      // It fails one of them.
      return Self.union(parts) { difference(from: $0) }
    case (.all(let parts), .any(let options)):
      return parts.lazy.compactMap { $0.difference(from: other) }.first ?? options.lazy.compactMap { difference(from: $0) }.first
    case (.all(let parts), _):
      // It satisfies all of them, so any can tell.
      return parts.contains(other) ? .constant(false) : parts.lazy.compactMap { $0.difference(from: other) }.first
    case (_, .any(let options)):
      return options.contains(self) ? .constant(false) : options.lazy.compactMap { difference(from: $0) }.first
    case (.not(let part), .not(let otherPart)):
      return otherPart.difference(from: part)
    case (.clock(let clock, .before(let later)), .clock(let same, .before(let earlier))) where clock == same:
      return earlier < later ? .clock(clock, .within(earlier..<later)) : .constant(false)
    case (.parent(let reference, let inner), .parent(let same, let otherInner)) where reference == same:
      return inner.difference(from: otherInner).map { $0 == .constant(false) ? $0 : .belonging(reference, to: $0) }
    case (.referenced(let reference, let inner), .referenced(let same, let otherInner)) where reference == same:
      return inner.difference(from: otherInner).map {
        $0 == .constant(false) ? $0 : .namedByFew([Few(reference: reference, rows: $0)])
      }
    case (.constant, _), (.row, _), (.clock, _), (.parent, _), (.sealed, _), (.belonging, _), (.namedByFew, _), (.referenced, _),
      (.held, _), (.not, _):
      return nil
    }
  }

  /// What follows when one of some conditions holds, each of which may tell something; nil when one tells nothing.
  private static func union(_ parts: [Condition], _ tell: (Condition) -> Condition?) -> Condition? {
    var told: [Condition] = []
    for part in parts {
      guard let one = tell(part) else { return nil }
      told.append(one)
    }
    return .disjunction(told)
  }
}
