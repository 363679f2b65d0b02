import Retention
import TestSupport
import Testing

@Suite struct `Retention terms` {
  struct Example: Sendable {
    let clock: String, period: String, fiscalYear: String?, erasableFrom: String
  }

  @Test(arguments: [
    // The domain notes: year ending 28 February 2021 + P7Y is erasable from 1 March 2028.
    Example(clock: "2020-06-15", period: "P7Y", fiscalYear: "03-01", erasableFrom: "2028-03-01"),
    Example(clock: "2021-02-28", period: "P7Y", fiscalYear: "03-01", erasableFrom: "2028-03-01"),
    Example(clock: "2021-03-01", period: "P7Y", fiscalYear: "03-01", erasableFrom: "2029-03-01"),
    Example(clock: "2018-12-31", period: "P7Y", fiscalYear: "01-01", erasableFrom: "2026-01-01"),
    Example(clock: "2019-01-01", period: "P7Y", fiscalYear: "01-01", erasableFrom: "2027-01-01"),
    // An event term does not count its own day, and its last day is still under the duty.
    Example(clock: "2020-03-15", period: "P2Y", fiscalYear: nil, erasableFrom: "2022-03-16"),
    Example(clock: "2020-02-29", period: "P1Y", fiscalYear: nil, erasableFrom: "2021-03-01"),
    Example(clock: "2026-01-01", period: "P4W", fiscalYear: nil, erasableFrom: "2026-01-30"),
    Example(clock: "2026-01-31", period: "P1M", fiscalYear: nil, erasableFrom: "2026-03-01"),
  ])
  func `end on the day the sources give`(example: Example) throws {
    let term = try Self.term(example.period, example.fiscalYear)
    #expect(term.end(forClock: try #require(CivilDate(example.clock))) == CivilDate(example.erasableFrom))
  }

  @Test(arguments: 0..<40)
  func `a cut-off says exactly for which clocks the term is over`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for _ in 0..<50 {
      let period = ["P7Y", "P2Y", "P52W", "P4W", "P1M", "P0D", "P1Y6M", "P10Y"].randomElement(using: &random) ?? "P7Y"
      let start = ["01-01", "07-01", "03-01", "12-31", "04-06", nil].randomElement(using: &random) ?? nil
      let term = try Self.term(period, start)
      let today = try #require(CivilDate(dayNumber: .random(in: 10_000...40_000, using: &random)))
      let cutoff = try #require(term.cutoff(on: today))
      for offset in [-400, -2, -1, 0, 1, 2, 400] {
        let clock = try #require(cutoff.adding(days: offset))
        let isOver = try #require(term.end(forClock: clock)) <= today
        #expect(isOver == (clock < cutoff), "\(term) on \(today) for clock \(clock)")
      }
    }
  }

  @Test func `every day of ten years moves the cut-off forward or leaves it`() throws {
    let term = try Self.term("P7Y", "07-01")
    var today = try #require(CivilDate("2019-12-01"))
    var last = try #require(term.cutoff(on: today))
    for _ in 0..<3653 {
      today = try #require(today.adding(days: 1))
      let next = try #require(term.cutoff(on: today))
      #expect(next >= last)
      #expect(next == last || today.components.month == 7 && today.components.day == 1)
      last = next
    }
  }

  @Test func `a fiscal year cannot start on 29 February`() {
    #expect(FiscalYearStart("02-29") == nil)
    #expect(FiscalYearStart("02-28") != nil)
  }

  @Test func `a term that ends beyond the calendar is never over`() throws {
    let term = try Self.term("P7Y", "01-01")
    #expect(term.end(forClock: try #require(CivilDate("9999-12-31"))) == nil)
    #expect(term.cutoff(on: try #require(CivilDate("9999-12-31"))) == CivilDate("9992-01-01"))
  }

  static func term(_ period: String, _ fiscalYear: String?) throws -> RetentionTerm {
    let boundary = try fiscalYear.map { Boundary.endOfYear(try #require(FiscalYearStart($0))) } ?? .clock
    return RetentionTerm(period: try #require(Period(period)), boundary: boundary)
  }
}
