import Retention

extension TableDecision {
  /// The one clock of the row that decides its case, with the days at which the case can change, in order; nil when
  /// anything else matters.
  var decidingClock: (clock: Clock, days: [CivilDate])? {
    guard decidingColumn != nil, ownership == .constant(true) else { return nil }
    var tests: [(clock: Clock, test: Condition.ClockTest)] = []
    for one in cases {
      guard let found = one.condition.clockTests else { return nil }
      tests += found
    }
    guard let clock = tests.first?.clock, tests.allSatisfy({ $0.clock.encoding == clock.encoding }) else { return nil }
    let plausible = Condition.plausibleClock
    var days: Set = [plausible.lowerBound, plausible.upperBound]
    for (_, test) in tests {
      switch test {
      case .before(let day): days.insert(day)
      case .within(let range): days.formUnion([range.lowerBound, range.upperBound])
      case .dated, .null: break
      }
    }
    return (clock, days.filter { plausible.lowerBound <= $0 && $0 <= plausible.upperBound }.sorted())
  }
}

extension Condition {
  /// What is asked of clocks; nil when anything else is asked.
  fileprivate var clockTests: [(clock: Clock, test: ClockTest)]? {
    switch self {
    case .constant: return []
    case .clock(let clock, let test): return [(clock, test)]
    case .not(let part): return part.clockTests
    case .all(let parts), .any(let parts):
      var tests: [(clock: Clock, test: ClockTest)] = []
      for part in parts {
        guard let found = part.clockTests else { return nil }
        tests += found
      }
      return tests
    case .row, .parent, .referenced, .namedByFew, .held, .sealed, .belonging: return nil
    }
  }
}

/// Neighbouring values of a column, in its order, whose rows all fall into one case.
struct Run<Value> {
  let caseIndex: Int
  /// The first value, or where the run begins.
  let start: Value
  /// How many values were looked at.
  var values = 1
  /// The earliest and the latest day that the case's clock shows.
  var clocks: ClosedRange<CivilDate>?

  /// Takes another day among those its rows show.
  mutating func show(_ day: CivilDate?) {
    guard let day else { return }
    clocks = clocks.map { min($0.lowerBound, day)...max($0.upperBound, day) } ?? day...day
  }
}

extension TableDecision {
  /// The census that follows from numbers of rows found in several places.
  func census(adding counts: [(caseIndex: Int, rows: Int, clocks: ClosedRange<CivilDate>?)]) -> TableCensus {
    var sums = cases.map { _ in CaseCount(rows: 0, clocks: nil) }
    for count in counts {
      let known = sums[count.caseIndex]
      let days = [known.clocks, count.clocks].compactMap(\.self)
      let first = days.map(\.lowerBound).min()
      let last = days.map(\.upperBound).max()
      var clocks: ClosedRange<CivilDate>?
      if let first, let last { clocks = first...last }
      sums[count.caseIndex] = CaseCount(rows: known.rows + count.rows, clocks: clocks)
    }
    return TableCensus(table: table.name, counts: sums)
  }
}
