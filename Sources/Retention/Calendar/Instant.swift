/// A moment on the UTC time scale, to the second.
public struct Instant: Hashable, Comparable, Sendable {
  /// Seconds since 1970-01-01T00:00:00Z.
  public let seconds: Int

  /// The moment `seconds` after the epoch.
  public init(seconds: Int) { self.seconds = seconds }

  /// Reads `YYYY-MM-DDTHH:MM:SSZ` and nothing else.
  public init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard bytes.count == 20, bytes[10] == 0x54, bytes[13] == 0x3A, bytes[16] == 0x3A, bytes[19] == 0x5A,
      let date = CivilDate(text.prefix(10)),
      let hour = CivilDate.number(bytes[11..<13]), let minute = CivilDate.number(bytes[14..<16]),
      let second = CivilDate.number(bytes[17..<19]), hour < 24, minute < 60, second < 60
    else { return nil }
    self.seconds = date.dayNumber * 86_400 + hour * 3600 + minute * 60 + second
  }

  /// Orders earlier moments before later ones.
  public static func < (left: Instant, right: Instant) -> Bool { left.seconds < right.seconds }

  /// The moment `seconds` later.
  public func adding(seconds: Int) -> Instant { Instant(seconds: self.seconds + seconds) }
}

extension Instant: CustomStringConvertible {
  /// `YYYY-MM-DDTHH:MM:SSZ`; moments outside the years 0–9999 as the number of seconds.
  public var description: String {
    let day = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    guard let date = CivilDate(dayNumber: day) else { return "@\(seconds)" }
    let rest = seconds - day * 86_400
    return "\(date)T\(padded(rest / 3600, to: 2)):\(padded(rest / 60 % 60, to: 2)):\(padded(rest % 60, to: 2))Z"
  }
}
