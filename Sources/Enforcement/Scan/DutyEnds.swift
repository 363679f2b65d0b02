public import Retention

/// The days on which duties let parts of some data go: each day on which more may go than on the day before.
///
/// What may go only grows with time, so the days are found by halving: where two days let the same go, nothing ends between them.
public struct DutyEnds {
  /// The days, in order.
  public let days: [CivilDate]

  /// Finds the days after one day up to and including another; nil when there are more than `limit`.
  ///
  /// - Parameter gone: how much may go on a day; it never falls from one day to a later one.
  public init?(after first: CivilDate, through last: CivilDate, atMost limit: Int, _ gone: (CivilDate) throws -> Int) throws {
    var days: [CivilDate] = []
    /// The stretches that are left to look at, the earliest last.
    var open = [(low: (day: first, gone: try gone(first)), high: (day: last, gone: try gone(last)))]
    while let (low, high) = open.popLast() {
      guard low.gone < high.gone, low.day < high.day else { continue }
      let half = (high.day.dayNumber - low.day.dayNumber) / 2
      guard half > 0, let day = low.day.adding(days: half) else {
        days.append(high.day)
        if days.count > limit { return nil }
        continue
      }
      let middle = (day: day, gone: try gone(day))
      open += [(middle, high), (low, middle)]
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
