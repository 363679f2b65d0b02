import Foundation
public import Retention

/// Moments as people of one time zone write them.
public struct LocalTime: Sendable {
  private let zone: TimeZone

  /// The time of a zone by its IANA name.
  init(named name: String, for agreement: String) throws(AgentError) {
    guard let zone = TimeZone(identifier: name) else { throw .unknownZone(name, agreement: agreement) }
    self.zone = zone
  }

  private func offset(_ seconds: Int) -> Int { zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))) }

  /// What a clock on the wall that shows this day and time says. Where the clock goes back and shows it twice, the first; where
  /// it goes forward and never shows it, the moment as if it had not. So a deadline that follows is early rather than late.
  func moment(on day: CivilDate, secondsIntoDay: Int) -> Instant {
    let local = day.dayNumber * 86_400 + secondsIntoDay
    let offsets = [offset(local - 86_400), offset(local + 86_400)]
    let shown = offsets.map { local - $0 }.filter { $0 + offset($0) == local }
    return Instant(seconds: shown.min() ?? local - offsets[0])
  }

  /// The day that a moment falls on.
  func day(of moment: Instant) -> CivilDate? {
    CivilDate(dayNumber: Int((Double(moment.seconds + offset(moment.seconds)) / 86_400).rounded(.down)))
  }

  /// `2026-03-30T11:00+02:00`.
  public func text(of moment: Instant) -> String {
    let offset = offset(moment.seconds)
    let local = Instant(seconds: moment.seconds + offset).description.prefix(16)
    func padded(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
    return "\(local)\(offset < 0 ? "-" : "+")\(padded(abs(offset) / 3600)):\(padded(abs(offset) / 60 % 60))"
  }
}

/// When a request was received, as a person writes it: `2026-11-21` or `2026-11-21T09:30`.
public struct ReceivedTime: Hashable, Sendable {
  let day: CivilDate
  let secondsIntoDay: Int?

  /// Reads a day, or a day with a time of the agreement's zone; nil for anything else.
  public init?(_ text: String) {
    guard let day = CivilDate(text.prefix(10)) else { return nil }
    self.day = day
    let rest = text.dropFirst(10)
    guard !rest.isEmpty else {
      secondsIntoDay = nil
      return
    }
    // Any day will do to read the time with.
    guard rest.first == "T", rest.utf8.count == 6, let time = Instant("1970-01-01\(rest):00Z") else { return nil }
    secondsIntoDay = time.seconds
  }
}
