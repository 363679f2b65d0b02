public import Retention

/// The civil dates of a time zone as functions, resolved once from the zone's name at the edge of the program.
public struct ZoneRules: Sendable {
  /// The moment at which a day begins in the zone.
  public let start: @Sendable (CivilDate) -> Instant
  /// The day that a moment falls on in the zone; nil beyond the calendar.
  public let day: @Sendable (Instant) -> CivilDate?

  /// The rules of a zone.
  public init(start: @escaping @Sendable (CivilDate) -> Instant, day: @escaping @Sendable (Instant) -> CivilDate?) {
    self.start = start
    self.day = day
  }
}

extension ZoneRules {
  /// The day in a clock's value as the stores' SQL gives it: `YYYY-MM-DD`, or seconds since 1970.
  func day(inClockText text: String) -> CivilDate? {
    CivilDate(text) ?? Int(text).flatMap { day(Instant(seconds: $0)) }
  }
}
