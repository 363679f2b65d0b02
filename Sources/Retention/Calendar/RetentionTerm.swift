/// From what a retention period counts, given the day that the record's clock shows.
public enum Boundary: Hashable, Sendable {
  /// The clock's own day, which does not count itself (an event term).
  case clock
  /// The end of the calendar year or fiscal year that holds the clock's day (a boundary term).
  case endOfYear(FiscalYearStart)
}

/// A retention period with the point it counts from: the pure arithmetic of a rule.
public struct RetentionTerm: Hashable, Sendable {
  /// How long.
  public let period: Period
  /// From when.
  public let boundary: Boundary

  /// A term of `period` counted from `boundary`.
  public init(period: Period, boundary: Boundary) {
    self.period = period
    self.boundary = boundary
  }

  /// The first day on which the term is over for a record whose clock shows `clock`; nil beyond the calendar,
  /// which means "never within it".
  ///
  /// A boundary term counts from the first day of the next year, so that leap days do not slip: year ending
  /// 28 February 2021 + P7Y is over on 1 March 2028. An event term ends *with* the day that has the same number
  /// (or the last of the month), so it is over on the day after it.
  public func end(forClock clock: CivilDate) -> CivilDate? {
    switch boundary {
    case .clock: (clock + period)?.adding(days: 1)
    case .endOfYear(let start): start.nextStart(after: clock).flatMap { $0 + period }
    }
  }

  /// The inversion of ``end(forClock:)``: the term is over on `today` exactly for the clocks *before* this day.
  /// Nil when it is over for no clock at all.
  ///
  /// `end` never decreases when the clock moves forward, so one cut-off serves every record and an index can answer it.
  public func cutoff(on today: CivilDate) -> CivilDate? {
    var low = CivilDate.earliestDayNumber
    var high = today.dayNumber + 1
    while low < high {
      let middle = low + (high - low) / 2
      if isOver(on: today, forDayNumber: middle) { low = middle + 1 } else { high = middle }
    }
    return low == CivilDate.earliestDayNumber ? nil : CivilDate(dayNumber: low)
  }

  private func isOver(on today: CivilDate, forDayNumber dayNumber: Int) -> Bool {
    guard let clock = CivilDate(dayNumber: dayNumber), let end = end(forClock: clock) else { return false }
    return end <= today
  }
}
