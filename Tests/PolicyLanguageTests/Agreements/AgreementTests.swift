import PolicyLanguage
import Retention
import Testing

@Suite struct AgreementTests {
  private let duty = "  - {rule: fiscal, clause: \"1\", applies-to: all, keep-for: P7Y, counted-from: clock, force: [duty]}"

  @Test func `requests, the end, parties and obligations are read`() throws {
    let read = try readAgreement(
      agreement(
        retention: duty,
        """
        on-request:
          - {rule: early, clause: "2", action: erase, from: controller, form: written, lifts: [fiscal]}
          - rule: raw
            clause: "3"
            action: return
            from: controller
            nature: raw
            within: P30D
            fee: {clause: "4", amount: "300.05", currency: EUR}
          - {rule: forward, clause: "5", action: forward, from: data-subject, within: PT48H}
        end-of-contract: [{rule: stop, clause: "6", action: notify-sub-processors, within: P0D}]
        sub-processors: [{name: Party B.V., purpose: hosting}]
        obligations: [{rule: report, clause: "7", every: P1Y, what: report}]
        """)
    ).content
    #expect(
      read.onRequest.map(\.action) == [.erase, .handOver, .forward]
        && read.onRequest.map(\.from) == [.controller, .controller, .dataSubject])
    #expect(read.onRequest.first?.lifts == ["fiscal"] && read.onRequest.first?.form == .written)
    #expect(read.onRequest[1].fee == Fee(clause: "4", cents: 30_005, currency: "EUR") && read.onRequest[1].nature == .raw)
    #expect(read.onRequest[2].within == .elapsed(seconds: 48 * 3600))
    #expect(read.endOfContract.map(\.action) == [.notifySubProcessors])
    #expect(read.subProcessors == [SubProcessor(name: "Party B.V.", purpose: "hosting")])
    #expect(read.obligations.first?.every == Period("P1Y") && read.obligations.first?.within == nil)
  }

  @Test func `a request lifts only duties that exist, and only a request to erase does`() {
    expectComplaints(
      ["①": "did you mean 'fiscal'", "②": "no duty, so there is nothing to lift", "③": "goes only with action: erase"],
      in: agreement(
        retention: duty + "\n  - {rule: wait, clause: \"1\", applies-to: all, keep-until: request}",
        """
        on-request:
          - {rule: a, clause: "2", action: erase, from: controller, lifts: [①fiscaal, ②wait]}
          - {rule: b, clause: "2", action: restrict, from: controller, ③lifts: [fiscal]}
        """), reading: readAgreement)
  }

  @Test func `what does not fit in a request is refused`() {
    expectComplaints(
      [
        "①": "goes only with data that is handed over", "②": "an amount with two decimals", "③": "ISO 4217", "④": "did you mean 'erase'",
        "⑤": "ISO 8601 term",
      ],
      in: agreement(
        retention: duty,
        """
        on-request:
          - {rule: a, clause: "2", action: inform, from: controller, ①nature: raw}
          - {rule: b, clause: "2", action: return, from: controller, fee: {clause: "2", amount: ②"300", currency: ③euro}}
          - {rule: c, clause: "2", action: ④erease, from: controller, within: ⑤30 days}
        """), reading: readAgreement)
  }

  @Test func `days, zones and years that do not exist are refused`() {
    expectComplaints(
      ["①": "an IANA time zone", "②": "29 February is in no ordinary year"],
      in: """
        agreement: sample
        title: Sample
        source: {document: a.txt, version: first}
        time-zone: ①Amsterdam
        fiscal-year-starts: ②"02-29"
        retention: [{rule: a, clause: "1", applies-to: all, keep-until: request}]
        """, reading: readAgreement)
  }

  @Test func `a library of statutes is read as strictly`() {
    expectComplaints(
      ["①": "true or false", "②": "did you mean 'end-of-calendar-year'", "③": "taken by the rule in line 4", "④": "'article' is missing"],
      in: """
        library: nl
        statutes:
          - {statute: a, title: t, article: a, source: s, verified: ①yes, keep-for: P1Y, counted-from: ②end-of-calender-year, force: [duty], binds: controller}
          - {statute: b, title: t, article: a, source: s, verified: true, keep-for: P1Y, counted-from: clock, force: [duty], binds: controller}
          - {statute: ③b, title: t, article: a, source: s, verified: true, keep-for: P1Y, counted-from: clock, force: [duty], binds: controller}
          - ④{statute: c, title: t, source: s, verified: true, keep-for: P1Y, counted-from: clock, force: [duty], binds: controller}
        """
    ) { text throws(PolicyError) in try StatutoryLibrary.read(text, file: "nl.yaml") }
  }
}
