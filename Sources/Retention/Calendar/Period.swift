/// An ISO 8601 period of calendar units: `P7Y`, `P1Y6M`, `P28D`, `P52W`.
///
/// Months and days stay apart, because a month has no fixed number of days; weeks are seven days each
/// (so `P52W` is 364 days, not a year) and years are twelve months.
public struct Period: Hashable, Sendable {
  /// Whole months, years included.
  public let months: Int
  /// Whole days, weeks included.
  public let days: Int

  /// The largest period that is accepted, in years; longer ones are taken for mistakes.
  public static let longestYears = 200

  /// Reads `PnYnMnD` or `PnW`; nil for anything else, for signs, fractions, hours, and periods over 200 years.
  public init?(_ text: some StringProtocol) {
    guard let units = ISOUnits(text), units.time.isEmpty else { return nil }
    let date = units.date
    guard date["W"] == nil || date.count == 1 else { return nil }
    self.init(
      months: (date["Y"] ?? 0) * 12 + (date["M"] ?? 0),
      days: (date["W"] ?? 0) * 7 + (date["D"] ?? 0))
    guard months <= Self.longestYears * 12, days <= Self.longestYears * 366 else { return nil }
  }

  init(months: Int, days: Int) {
    self.months = months
    self.days = days
  }
}

extension Period: CustomStringConvertible {
  /// The canonical ISO 8601 text; weeks are written as days.
  public var description: String {
    var text = "P"
    if months >= 12 { text += "\(months / 12)Y" }
    if months % 12 > 0 { text += "\(months % 12)M" }
    if days > 0 || months == 0 { text += "\(days)D" }
    return text
  }
}

extension CivilDate {
  /// The end of an event term: months are added first (clamped to the last day of the month), then days.
  /// Nil outside the calendar.
  public static func + (date: CivilDate, period: Period) -> CivilDate? {
    date.adding(months: period.months)?.adding(days: period.days)
  }
}

/// A term for acting, in calendar days or months (`P28D`) or in elapsed hours (`PT48H`).
public enum Term: Hashable, Sendable {
  case calendar(Period)
  /// Elapsed time: counted in UTC, so that daylight saving does not shift it.
  case elapsed(seconds: Int)

  /// Reads `P28D`, `P1M`, `PT48H`, `PT24H30M`; nil for anything else.
  public init?(_ text: some StringProtocol) {
    if let period = Period(text) {
      self = .calendar(period)
      return
    }
    guard let units = ISOUnits(text), units.date.isEmpty, units.time.values.allSatisfy({ $0 <= 100_000 }) else { return nil }
    let time = units.time
    self = .elapsed(seconds: (time["H"] ?? 0) * 3600 + (time["M"] ?? 0) * 60 + (time["S"] ?? 0))
  }
}

extension Term: CustomStringConvertible {
  /// The ISO 8601 text.
  public var description: String {
    switch self {
    case .calendar(let period):
      return period.description
    case .elapsed(let seconds):
      let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60)
      return "PT" + (hours > 0 || seconds == 0 ? "\(hours)H" : "") + (minutes > 0 ? "\(minutes)M" : "") + (rest > 0 ? "\(rest)S" : "")
    }
  }
}

/// The designators and numbers of an ISO 8601 duration, in the order the standard demands.
private struct ISOUnits {
  var date: [Character: Int] = [:]
  var time: [Character: Int] = [:]

  init?(_ text: some StringProtocol) {
    guard text.first == "P" else { return nil }
    let parts = text.dropFirst().split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let date = Self.units(first, order: "YMWD") else { return nil }
    self.date = date
    if parts.count == 2 {
      guard let time = Self.units(parts[1], order: "HMS"), !time.isEmpty else { return nil }
      self.time = time
    }
    guard !(self.date.isEmpty && self.time.isEmpty) else { return nil }
  }

  private static func units(_ text: some StringProtocol, order: String) -> [Character: Int]? {
    var units: [Character: Int] = [:]
    var remaining = Substring(order)
    var digits = ""
    for character in text {
      if character.isASCII, character.isWholeNumber {
        digits.append(character)
        guard digits.count <= 7 else { return nil }
      } else {
        guard let place = remaining.firstIndex(of: character), let number = Int(digits) else { return nil }
        units[character] = number
        remaining = remaining[remaining.index(after: place)...]
        digits = ""
      }
    }
    return digits.isEmpty ? units : nil
  }
}
