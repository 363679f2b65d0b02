import Foundation
import Retention
import Stores

extension ZoneRules {
  /// The rules of a zone by its IANA name, from the system's zone database.
  init(named name: String, for agreement: String) throws(AgentError) {
    // A statically linked Foundation knows no zone but GMT unless its international half is linked too, and the linker
    // takes that half only when something of it is used.
    _ = Locale(identifier: "nl_NL").language
    guard let zone = TimeZone(identifier: name) else { throw .unknownZone(name, agreement: agreement) }
    @Sendable func offset(_ seconds: Int) -> Int { zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))) }
    self.init(
      start: { day in
        // The offset at local midnight: first guessed with the offset at midnight UTC, then with the one found there.
        let midnight = day.dayNumber * 86_400
        let guess = midnight - offset(midnight)
        return Instant(seconds: midnight - offset(guess))
      },
      day: { moment in
        let local = moment.seconds + offset(moment.seconds)
        return CivilDate(dayNumber: Int((Double(local) / 86_400).rounded(.down)))
      })
  }
}
