import Retention
import TestSupport
import Testing

@Suite struct `A plan` {
  private func census(_ decision: TenantDecision, _ rows: Int = 3, _ clocks: ClosedRange<CivilDate>? = nil) -> Census {
    Census(
      tables: decision.tables.map { table in
        TableCensus(table: table.table.name, counts: table.cases.map { _ in CaseCount(rows: rows, clocks: clocks) })
      })
  }

  private func sample(_ rules: RetentionRule..., ongoing: Bool = false) -> SamplePolicy {
    var sample = SamplePolicy()
    sample.tables = [
      "persoon": Tables.mapped("personnel", ["employment-end": "uit_dienst"], reducesTo: []),
      "uren": Tables.mapped("hours", ["period-end": "datum"], ongoing: ongoing, belongsTo: "persoon"),
    ]
    sample.rules = rules
    return sample
  }

  @Test func `takes children before those they name, and erases before it reduces`() throws {
    let decision = try sample(RetentionRule("r", keep: "P7Y")).decision(Tables.both)
    let plan = Plan(decision: decision, census: census(decision))
    #expect(plan.steps.map { "\($0.action) \($0.table.table.name) \($0.rows)" } == ["erase uren 3", "erase persoon 3", "reduce persoon 3"])
    #expect(Plan(decision: decision, census: census(decision, 0)).steps.isEmpty)
  }

  @Test func `says until when records stay: every duty over and a limit reached`() throws {
    let clocks = day("2020-01-10")...day("2023-05-20")
    let decision = try sample(
      RetentionRule("duty", keep: "P7Y", [.duty]), RetentionRule("longer", keep: "P10Y", from: .endOfCalendarYear(clock: nil), [.duty]),
      RetentionRule("limit", keep: "P2Y")
    ).decision(Tables.both)
    let plan = Plan(decision: decision, census: census(decision, 1, clocks))
    let restricted = plan.exclusions.filter { $0.table == "uren" && $0.case.disposition == .restrict }
    #expect(restricted.map(\.until) == [day("2034-01-01")])
    let undated = plan.exclusions.filter { $0.case.disposition == .undated }
    #expect(undated.map(\.until) == [nil, nil])
  }

  @Test func `does not say until when of records whose clock need not show a day`() throws {
    let rules = [RetentionRule("duty", keep: "P7Y", [.duty]), RetentionRule("limit", keep: "P2Y")]
    let decision = try sample(rules[0], rules[1], ongoing: true).decision(Tables.both)
    let plan = Plan(decision: decision, census: census(decision, 1, day("2020-01-10")...day("2023-05-20")))
    #expect(plan.exclusions.filter { $0.table == "uren" && $0.case.disposition == .restrict }.map(\.until) == [nil])
  }

  @Test func `says until when a hold lasts`() throws {
    let decision = try sample(RetentionRule("limit", keep: "P2Y"))
      .decision(Tables.both, holds: [Hold(id: "h", table: "uren", until: day("2027-03-31"))])
    let plan = Plan(decision: decision, census: census(decision, 1, day("2020-01-10")...day("2023-05-20")))
    #expect(plan.exclusions.filter { $0.table == "uren" && $0.case.disposition == .restrict }.map(\.until) == [day("2027-04-01")])
  }
}
