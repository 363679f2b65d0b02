public import Retention

/// The days on which duties let parts of some data go: each day on which more may go than on the day before.
///
/// What may go only grows with time, so the days are found by halving: where no more may go on a day than on an earlier one, nothing ends
/// between them.
public struct DutyEnds {
  /// The days, in order.
  public let days: [CivilDate]

  /// Finds the days after one day up to and including another; nil when there are more than `limit`.
  ///
  /// - Parameter ends: whether more may go on the second day than on the first.
  public init?(
    after first: CivilDate, through last: CivilDate, atMost limit: Int, _ ends: (CivilDate, CivilDate) throws -> Bool
  ) throws {
    var days: [CivilDate] = []
    /// The stretches that are left to look at, the earliest last, and whether something is known to end in each.
    var open = [(low: first, high: last, isKnown: false)]
    while let (low, high, isKnown) = open.popLast() {
      guard low < high, try isKnown || ends(low, high) else { continue }
      let half = (high.dayNumber - low.dayNumber) / 2
      guard half > 0, let day = low.adding(days: half) else {
        days.append(high)
        if days.count > limit { return nil }
        continue
      }
      // What does not end in the first half ends in the second.
      let isEarly = try ends(low, day)
      open.append((day, high, !isEarly))
      if isEarly { open.append((low, day, true)) }
    }
    self.days = days
  }
}

extension Findings {
  /// How far the data has come on its way out by this day: a row that may be reduced is halfway.
  public var progress: Int {
    var progress = 0
    for (table, counts) in zip(decision.tables, census.tables) {
      for (one, count) in zip(table.cases, counts.counts) {
        switch one.action {
        case .erase: progress += 2 * count.rows
        case .reduce: progress += count.rows
        case .restrict, nil: break
        }
      }
    }
    return progress
  }
}
