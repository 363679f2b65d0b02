import PolicyLanguage
import Retention
import Testing

@Suite struct RetentionRuleTests {
  private func rules(_ text: String) throws -> [RetentionRule] { try readAgreement(agreement(retention: text)).content.retention }

  @Test func `a rule is read with everything it says`() throws {
    let rule = try rules(
      """
        - rule: fiscal
          clause: "11.4"
          applies-to: [payroll, hours]
          keep-for: P7Y
          counted-from: end-of-fiscal-year
          clock: period-end
          force: [duty, limit]
          ground: nl/awr-52
      """
    ).first
    let expected = RetentionRule(
      name: "fiscal", clause: "11.4", scope: .only([Category("payroll"), Category("hours")]),
      keeping: try .period(#require(Period("P7Y")), from: .endOfFiscalYear(clock: "period-end")), force: [.duty, .limit],
      ground: "nl/awr-52",
      binds: .controller)
    #expect(rule == expected)
  }

  @Test func `without a ground a duty binds the processor, and binds can be said`() throws {
    let read = try rules(
      """
        - {rule: a, clause: "1", applies-to: all, keep-for: P1Y, counted-from: clock, force: [duty]}
        - {rule: b, clause: "1", applies-to: all, keep-for: P1Y, counted-from: hired, force: [duty], binds: controller}
        - {rule: c, clause: "1", applies-to: all, keep-until: request}
      """)
    #expect(read.map(\.binds) == [.processor, .controller, .processor])
    #expect(read.map(\.force) == [[.duty], [.duty], []])
    #expect(read.last?.keeping == .untilRequest)
  }

  @Test(arguments: [
    ("clock", RetentionRule.CountedFrom.clock(nil)), ("employment-end", .clock("employment-end")),
    ("end-of-calendar-year", .endOfCalendarYear(clock: nil)), ("end-of-fiscal-year", .endOfFiscalYear(clock: nil)),
    ("end-of-contract", .endOfContract),
  ])
  func `a period counts from a clock, a year's end or the contract's end`(word: String, point: RetentionRule.CountedFrom) throws {
    let rule = try rules("  - {rule: a, clause: \"1\", applies-to: all, keep-for: P1Y, counted-from: \(word), force: [limit]}").first
    #expect(try rule?.keeping == .period(#require(Period("P1Y")), from: point))
  }

  @Test func `there is no default for what is left out`() {
    expectComplaints(
      [
        "①": "'keep-for' is missing", "①": "'counted-from' is missing", "①": "'force' is missing", "①": "'clause' is missing",
        "①": "'applies-to' is missing",
      ], in: agreement(retention: "  - ①rule: a"), reading: readAgreement)
    expectComplaints(
      ["①": "'retention' is missing"],
      in: """
        ①agreement: sample
        title: Sample
        source: {document: a.txt, version: first}
        time-zone: Europe/Amsterdam
        fiscal-year-starts: "01-01"
        """, reading: readAgreement)
    expectComplaints(["①": "the list is empty"], in: agreement(retention: "  ①[]"), reading: readAgreement)
  }

  @Test func `whatever is wrong in a file is reported at once, each at its place`() {
    expectComplaints(
      [
        "①": "take this for a number", "②": "expected all, or a list", "③": "expected an ISO 8601 period",
        "④": "did you mean 'end-of-fiscal-year'", "⑤": "expected a force: duty, limit; did you mean 'limit'",
        "⑥": "did you mean 'keep-for'",
        "⑦": "'keep-for' is missing", "⑧": "expected the name of the rule", "⑨": "the list is empty",
      ],
      in: agreement(
        retention: """
            - rule: fiscal
              clause: ①11.4
              applies-to: ②everything
              keep-for: ③7 years
              counted-from: ④end-of-fiscal-yaer
              force: [⑤limt]
            - ⑦rule: ⑧Two Words
              clause: "1"
              applies-to: all
              ⑥keep-fro: P1Y
              counted-from: clock
              force: ⑨[]
          """), reading: readAgreement)
  }

  @Test func `a rule that waits for a request has no period, force or ground`() {
    expectComplaints(
      ["①": "does not go with keep-until", "②": "does not go with keep-until", "③": "request, the only thing"],
      in: agreement(
        retention: """
            - {rule: a, clause: "1", applies-to: all, keep-until: request, ①keep-for: P1Y, ②force: [duty]}
            - {rule: b, clause: "1", applies-to: all, keep-until: ③doomsday}
          """), reading: readAgreement)
  }

  @Test func `a clock is named beside a year's end only`() {
    expectComplaints(
      ["①": "goes only with counted-from: end-of-calendar-year"],
      in: agreement(
        retention: "  - {rule: a, clause: \"1\", applies-to: all, keep-for: P1Y, counted-from: clock, clock: ①hired, force: [limit]}"),
      reading: readAgreement)
  }

  @Test func `a category that the agreement does not list is refused with the nearest`() {
    expectComplaints(
      ["①": "did you mean 'payroll'", "②": "about nobody"],
      in: agreement(
        retention: """
            - {rule: a, clause: "1", applies-to: [①payrol, hours], keep-for: P1Y, counted-from: clock, force: [limit]}
            - {rule: b, clause: "1", applies-to: [②none], keep-for: P1Y, counted-from: clock, force: [limit]}
          """, "categories: [payroll, hours]"), reading: readAgreement)
  }
}
