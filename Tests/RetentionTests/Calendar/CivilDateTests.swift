import Retention
import Testing

@Suite struct `Civil dates` {
  @Test func `every day of the calendar has one text and one number`() throws {
    var expected = try #require(CivilDate("0000-01-01"))
    var days = 0
    var mismatches = 0
    for year in 0...9999 {
      for month in 1...12 {
        for day in 1...CivilDate.days(inMonth: month, of: year) {
          if CivilDate(year: year, month: month, day: day) != expected || expected.components != (year, month, day) { mismatches += 1 }
          days += 1
          if let next = expected.adding(days: 1) { expected = next }
        }
      }
    }
    #expect(mismatches == 0)
    // 10,000 years hold 25 cycles of 400 years with 146,097 days each.
    #expect(days == 25 * 146_097)
    #expect(expected.description == "9999-12-31")
  }

  @Test(arguments: ["1970-01-01", "2000-02-29", "1900-02-28", "0000-02-29", "9999-12-31", "2026-11-21"])
  func `a date reads back from its text`(text: String) throws {
    #expect(try #require(CivilDate(text)).description == text)
  }

  @Test(arguments: [
    "2023-02-29", "1900-02-29", "2024-13-01", "2024-00-10", "2024-04-31", "2024-1-01", "24-01-01", "2024-01-01 ", "2024/01/01", "",
    "+024-01-01", "२०२४-०१-०१", "2024-01-00", "20240101",
  ])
  func `what is no date is refused`(text: String) {
    #expect(CivilDate(text) == nil)
  }

  @Test func `adding months clamps to the last day of the month`() throws {
    #expect(try #require(CivilDate("2024-01-31")).adding(months: 1) == CivilDate("2024-02-29"))
    #expect(try #require(CivilDate("2023-01-31")).adding(months: 1) == CivilDate("2023-02-28"))
    #expect(try #require(CivilDate("2024-02-29")).adding(months: 12) == CivilDate("2025-02-28"))
    #expect(try #require(CivilDate("2024-03-31")).adding(months: -1) == CivilDate("2024-02-29"))
  }

  @Test func `arithmetic never leaves the calendar`() throws {
    let last = try #require(CivilDate("9999-12-31"))
    #expect(last.adding(days: 1) == nil)
    #expect(last.adding(months: 1) == nil)
    #expect(last.adding(days: .max) == nil)
    #expect(try #require(CivilDate("0000-01-01")).adding(days: -1) == nil)
    #expect(try #require(CivilDate("0000-01-01")).adding(months: -1) == nil)
  }

  @Test(arguments: ["1970-01-01T00:00:00Z", "2026-11-21T23:59:59Z", "1969-12-31T23:59:59Z", "0000-01-01T00:00:00Z"])
  func `an instant reads back from its text`(text: String) throws {
    #expect(try #require(Instant(text)).description == text)
  }

  @Test(arguments: ["2026-11-21T24:00:00Z", "2026-11-21T10:00:00", "2026-11-21 10:00:00Z", "2026-02-30T10:00:00Z", "2026-11-21T10:60:00Z"])
  func `what is no instant is refused`(text: String) {
    #expect(Instant(text) == nil)
  }
}
