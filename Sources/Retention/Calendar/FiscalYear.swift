/// The day of the year on which a fiscal year starts. It exists in every year, so 29 February is refused.
public struct FiscalYearStart: Hashable, Sendable {
  /// The month, 1–12.
  public let month: Int
  /// The day of the month.
  public let day: Int

  /// 1 January: the calendar year.
  public static let calendarYear = FiscalYearStart(checkedMonth: 1, day: 1)

  /// Reads `MM-DD`; nil when the text is not a day that every year has.
  public init?(_ text: some StringProtocol) {
    guard let date = CivilDate("2001-\(text)") else { return nil }
    self.init(checkedMonth: date.components.month, day: date.components.day)
  }

  private init(checkedMonth month: Int, day: Int) {
    self.month = month
    self.day = day
  }

  /// The first day of the fiscal year after the one that holds `date`; nil at the end of the calendar.
  public func nextStart(after date: CivilDate) -> CivilDate? {
    let year = date.components.year
    guard let start = CivilDate(year: year, month: month, day: day) else { return nil }
    return start > date ? start : CivilDate(year: year + 1, month: month, day: day)
  }
}

extension FiscalYearStart: CustomStringConvertible {
  /// `MM-DD`.
  public var description: String { "\(padded(month, to: 2))-\(padded(day, to: 2))" }
}
