import Foundation
import Retention
package import Stores

extension ZoneRules {
  /// The zone of the agreements, as Foundation knows it.
  package static let amsterdam = ZoneRules(start: { dawn(of: $0) }, day: { daylight(at: $0) })

  private static let zone: TimeZone = {
    guard let zone = TimeZone(identifier: "Europe/Amsterdam") else { preconditionFailure("the machine has a database of time zones") }
    return zone
  }()

  private static func dawn(of day: CivilDate) -> Instant {
    let midnight = day.dayNumber * 86_400
    // The zone's clocks never change at midnight, so the offset of a guess is right or one hour off.
    let guess = midnight - zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(midnight)))
    return Instant(seconds: midnight - zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(guess))))
  }

  private static func daylight(at instant: Instant) -> CivilDate? {
    let seconds = instant.seconds + zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.seconds)))
    return CivilDate(dayNumber: Int((Double(seconds) / 86_400).rounded(.down)))
  }
}
