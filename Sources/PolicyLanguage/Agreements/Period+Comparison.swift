import Retention

extension Period {
  /// Whether a term of this period ends earlier than one of `other` from at least one day of a leap cycle:
  /// P365D is shorter than P1Y, because it is in a leap year, and P12M is not.
  func isShorter(than other: Period) -> Bool {
    guard self != other, let first = CivilDate(year: 2000, month: 1, day: 1) else { return false }
    return (0..<1461).contains { day in
      guard let start = first.adding(days: day), let end = start + self, let otherEnd = start + other else { return false }
      return end < otherEnd
    }
  }
}

extension RetentionRule.CountedFrom {
  /// The point without the clock that it is read from.
  private var kind: CountedFromWord {
    switch self {
    case .clock: .clock
    case .endOfCalendarYear: .endOfCalendarYear
    case .endOfFiscalYear: .endOfFiscalYear
    case .endOfContract: .endOfContract
    }
  }

  /// Whether the point is for every record the same as another or later.
  func isNever(before other: RetentionRule.CountedFrom) -> Bool {
    switch (kind, other.kind) {
    case (let own, let its) where own == its: true
    case (.endOfCalendarYear, .clock), (.endOfFiscalYear, .clock): true
    default: false
    }
  }
}
