import Retention
import TestSupport
import Testing

@Suite struct `A deadline` {
  private func receipt(_ text: String, _ moment: String = "2026-01-01T00:00:00Z") throws -> Receipt {
    Receipt(moment: try #require(Instant(moment)), day: day(text))
  }

  private func contract(_ term: String, _ received: String) throws -> Deadline? {
    try #require(Term(term)).deadline(after: try receipt(received))
  }

  @Test func `of a contract counts calendar days from the day after, also into a weekend or a holiday`() throws {
    #expect(try contract("P28D", "2026-11-21") == .endOf(day("2026-12-19")))
    #expect(try contract("P30D", "2026-11-25") == .endOf(day("2026-12-25")))
    #expect(try contract("P0D", "2026-11-21") == .endOf(day("2026-11-21")))
    #expect(try contract("P1M", "2027-01-31") == .endOf(day("2027-02-28")))
    #expect(try contract("P1M", "2028-01-31") == .endOf(day("2028-02-29")))
  }

  @Test func `in hours is elapsed time, through the change of the clock`() throws {
    // 28 March 2026, 10:00 in Amsterdam; the clock goes forward in the night after.
    let received = try receipt("2026-03-28", "2026-03-28T09:00:00Z")
    #expect(Term("PT48H")?.deadline(after: received) == .at(try #require(Instant("2026-03-30T09:00:00Z"))))
  }

  @Test func `of a law ends with the next working day`() throws {
    let term = StatutoryTerm(
      article: "GDPR art. 12(3)", within: try #require(Period("P1M")),
      holidays: [day("2026-04-03"), day("2026-04-06"), day("2026-12-25")])
    func law(_ received: String) throws -> Deadline? { term.deadline(after: try receipt(received)) }
    #expect(try law("2026-10-20") == .endOf(day("2026-11-20")))
    #expect(try law("2026-10-21") == .endOf(day("2026-11-23")), "21 November is a Saturday")
    #expect(try law("2026-11-25") == .endOf(day("2026-12-28")), "a holiday, then a weekend")
    #expect(try law("2026-03-03") == .endOf(day("2026-04-07")), "Good Friday to Easter Monday")
  }

  @Test(arguments: UInt64(0)..<200) func `never ends before its term, and a law's only on working days`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let received = try #require(day("2020-01-01").adding(days: Int.random(in: 0..<5000, using: &random)))
    let period = try #require(Period("P\(Int.random(in: 0...3, using: &random))M\(Int.random(in: 0...40, using: &random))D"))
    let holidays = Set((0..<300).compactMap { _ in day("2020-01-01").adding(days: Int.random(in: 0..<5200, using: &random)) })
    let at = Receipt(moment: Instant(seconds: received.dayNumber * 86_400), day: received)
    guard case .endOf(let agreed)? = Term.calendar(period).deadline(after: at),
      case .endOf(let lawful)? = StatutoryTerm(article: "a", within: period, holidays: holidays).deadline(after: at)
    else { return #expect(Bool(false), "both have a last day") }
    #expect(agreed >= received && lawful >= agreed)
    #expect(!lawful.isWeekend && !holidays.contains(lawful))
    var between = agreed
    while between < lawful, let next = between.adding(days: 1) {
      #expect(between.isWeekend || holidays.contains(between))
      between = next
    }
    #expect(!Deadline.endOf(lawful).isOver(at: at.moment, on: lawful))
    #expect(Deadline.endOf(lawful).isOver(at: at.moment, on: try #require(lawful.adding(days: 1))))
  }

  @Test func `knows the days of the week`() {
    #expect(day("2026-11-21").isWeekend && day("2026-11-22").isWeekend && !day("2026-11-23").isWeekend)
    #expect(day("1969-12-28").isWeekend && day("1900-01-06").isWeekend && !day("1900-01-01").isWeekend)
  }
}
