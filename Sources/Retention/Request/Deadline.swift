/// Until when something must be done.
public enum Deadline: Hashable, Sendable {
  /// Until the end of a day, in the agreement's time zone.
  case endOf(CivilDate)
  /// Until a moment.
  case at(Instant)

  /// Whether it has passed.
  public func isOver(at now: Instant, on today: CivilDate) -> Bool {
    switch self {
    case .endOf(let day): day < today
    case .at(let moment): moment < now
    }
  }
}

/// When something was received: the moment, and the day it fell on in the agreement's time zone.
public struct Receipt: Hashable, Sendable {
  /// The moment; the first of the day when only the day is known, so that hours end early rather than late.
  public let moment: Instant
  /// The day.
  public let day: CivilDate

  /// A moment with its day.
  public init(moment: Instant, day: CivilDate) {
    self.moment = moment
    self.day = day
  }
}

extension Term {
  /// The deadline of a contract's term. The day of receipt does not count, months end on the same number or on the last day
  /// of the month, and no day is skipped: the Algemene termijnenwet is for terms that a law sets. Hours are elapsed time.
  public func deadline(after receipt: Receipt) -> Deadline? {
    switch self {
    case .calendar(let period): (receipt.day + period).map { .endOf($0) }
    case .elapsed(let seconds): .at(receipt.moment.adding(seconds: seconds))
    }
  }
}

extension StatutoryTerm {
  /// The deadline of a term that a law sets (Regulation 1182/71, art. 3): counted likewise, but where it would end on a
  /// Saturday, a Sunday or a holiday it ends with the next day that is none of them.
  public func deadline(after receipt: Receipt) -> Deadline? { lastDay(after: receipt.day).map { .endOf($0) } }

  func lastDay(after start: CivilDate) -> CivilDate? {
    var last = start + within
    while let day = last, day.isWeekend || holidays.contains(day) { last = day.adding(days: 1) }
    return last
  }
}

extension CivilDate {
  /// Whether it is a Saturday or a Sunday. The first of January 1970 was a Thursday.
  public var isWeekend: Bool { [2, 3].contains(((dayNumber % 7) + 7) % 7) }
}

extension RequestRule {
  /// Until when a request under this rule must be dealt with; nil when neither clause nor law names a term.
  public func deadline(after receipt: Receipt) -> Deadline? {
    within?.deadline(after: receipt) ?? law?.deadline(after: receipt)
  }
}
