import Retention

/// Finds rules of one contract that cannot both be kept.
///
/// A contract may end earlier than a law: then data is restricted between the two. What it may not do is contradict
/// itself, so only rules without a ground are compared, from the same point:
/// - a limit that ends before a duty of the processor over a shared category;
/// - two limits of different length over the same categories;
/// - a limit over some categories that is longer than one over all, and so never decides anything.
/// A shorter limit over some categories besides a longer one over all is an exception, not a contradiction.
enum Contradictions {
  static func refuse(among rules: [ReadRule]) {
    for (index, later) in rules.enumerated() {
      for earlier in rules[..<index] where later.rule.name != earlier.rule.name {
        refuseIfContradictory(earlier, later)
      }
    }
  }

  private static func refuseIfContradictory(_ earlier: ReadRule, _ later: ReadRule) {
    guard earlier.rule.ground == nil, later.rule.ground == nil, earlier.rule.scope.overlaps(later.rule.scope),
      case .period(let first, let firstFrom) = earlier.rule.keeping, case .period(let second, let secondFrom) = later.rule.keeping,
      firstFrom == secondFrom, first != second
    else { return }
    if tooShort(limit: later, second, duty: earlier, first) || tooShort(limit: earlier, first, duty: later, second) {
      later.period.refuse(
        "contradicts the rule '\(earlier.rule.name)' (\(first)): the same data would have to go before it may go; "
          + "give one of them other categories, or change a period")
    } else if earlier.rule.force.contains(.limit), later.rule.force.contains(.limit) {
      refuseIfDead(earlier, first, later, second)
    }
  }

  /// Whether a limit ends before a duty that the processor has. A controller's duty only restricts.
  private static func tooShort(limit: ReadRule, _ limitPeriod: Period, duty: ReadRule, _ dutyPeriod: Period) -> Bool {
    limit.rule.force.contains(.limit) && duty.rule.force.contains(.duty) && duty.rule.binds == .processor
      && limitPeriod.isShorter(than: dutyPeriod)
  }

  private static func refuseIfDead(_ earlier: ReadRule, _ first: Period, _ later: ReadRule, _ second: Period) {
    if earlier.rule.scope == later.rule.scope {
      later.period.refuse("contradicts the rule '\(earlier.rule.name)', which limits the same data to \(first); keep one of them")
    } else if later.rule.scope.isWithin(earlier.rule.scope), first.isShorter(than: second) {
      later.period.refuse("never decides anything: the rule '\(earlier.rule.name)' already limits the same data to \(first)")
    } else if earlier.rule.scope.isWithin(later.rule.scope), second.isShorter(than: first) {
      later.period.refuse("makes the rule '\(earlier.rule.name)' (\(first)) decide nothing; give one of them other categories")
    }
  }
}

extension CategoryScope {
  func overlaps(_ other: CategoryScope) -> Bool {
    switch (self, other) {
    case (.all, _), (_, .all): true
    case (.only(let own), .only(let its)): !own.isDisjoint(with: its)
    }
  }

  func isWithin(_ other: CategoryScope) -> Bool {
    switch (self, other) {
    case (_, .all): true
    case (.all, .only): false
    case (.only(let own), .only(let its)): own.isSubset(of: its)
    }
  }
}
