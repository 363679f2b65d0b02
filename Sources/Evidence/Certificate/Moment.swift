/// A second in UTC, written `2026-11-21T04:19:37Z`.
public struct Moment: Hashable, Sendable, CustomStringConvertible {
  /// Whole seconds since 1970-01-01T00:00:00Z.
  public let seconds: Int64

  /// A moment by its seconds since 1970.
  public init(seconds: Int64) {
    self.seconds = seconds
  }

  /// Reads the one spelling.
  public init(_ text: String) throws(EvidenceError) {
    let problem = EvidenceError.malformed(what: "moment", problem: "expected YYYY-MM-DDTHH:MM:SSZ")
    guard text.utf8.count == 20 else { throw problem }
    let day = try Day(String(text.prefix(10)))
    let clock = text.dropFirst(11).dropLast().split(separator: ":", omittingEmptySubsequences: false).compactMap { Int64($0) }
    guard clock.count == 3, clock[0] < 24, clock[1] < 60, clock[2] < 60 else { throw problem }
    seconds = day.number * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2]
    guard description == text else { throw problem }
  }

  /// The one spelling.
  public var description: String {
    let second = ((seconds % 86_400) + 86_400) % 86_400
    return "\(day)T\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))Z"
  }

  /// The day in UTC.
  public var day: Day { Day(number: seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400) }
}

/// A calendar day, written `2026-11-21`.
public struct Day: Hashable, Sendable, CustomStringConvertible {
  /// Days since 1970-01-01.
  public let number: Int64

  /// A day by its number since 1970-01-01.
  public init(number: Int64) {
    self.number = number
  }

  /// Reads the one spelling of a day that exists.
  public init(_ text: String) throws(EvidenceError) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).compactMap { Int64($0) }
    guard text.utf8.count == 10, parts.count == 3, (1...12).contains(parts[1]), (1...31).contains(parts[2]) else { throw Self.problem }
    // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
    let year = parts[1] <= 2 ? parts[0] - 1 : parts[0]
    let dayOfYear = (153 * (parts[1] + (parts[1] > 2 ? -3 : 9)) + 2) / 5 + parts[2] - 1
    number = year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
    guard parts[0] >= 1, description == text else { throw Self.problem }
  }

  /// The one spelling.
  public var description: String {
    let shifted = number + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    let year = yearOfEra + era * 400 + (month >= 10 ? 1 : 0)
    return "\(padded(year, 4))-\(padded(month < 10 ? month + 3 : month - 9, 2))-\(padded(dayOfYear - (153 * month + 2) / 5 + 1, 2))"
  }

  private static let problem = EvidenceError.malformed(what: "day", problem: "expected an existing day as YYYY-MM-DD")
}

extension Moment: Comparable {
  /// Earlier first.
  public static func < (left: Moment, right: Moment) -> Bool { left.seconds < right.seconds }
}

extension Day: Comparable {
  /// Earlier first.
  public static func < (left: Day, right: Day) -> Bool { left.number < right.number }
}

private func padded(_ number: Int64, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
