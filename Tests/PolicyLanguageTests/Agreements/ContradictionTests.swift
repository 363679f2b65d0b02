import PolicyLanguage
import Retention
import Testing

@Suite struct ContradictionTests {
  private func two(_ first: String, _ second: String) -> String {
    agreement(
      retention: """
          - {rule: first, clause: "1", \(first)}
          - {rule: second, clause: "2", \(second)}
        """)
  }

  @Test func `no two rules of an agreement have one name`() {
    expectComplaints(
      ["①": "taken by the rule in line 7", "②": "taken by the rule in line 7"],
      in: agreement(
        retention: """
            - {rule: a, clause: "1", applies-to: all, keep-until: request}
            - {rule: ①a, clause: "1", applies-to: all, keep-until: request}
          """, "obligations: [{rule: ②a, clause: \"1\", what: something}]"), reading: readAgreement)
  }

  @Test func `a limit that ends before the processor's own duty over shared data contradicts it`() {
    expectComplaints(
      ["①": "contradicts the rule 'first' (P7Y)"],
      in: two(
        "applies-to: all, keep-for: P7Y, counted-from: clock, force: [duty]",
        "applies-to: [payroll], keep-for: ①P2Y, counted-from: clock, force: [limit]"), reading: readAgreement)
    expectComplaints(
      ["①": "contradicts the rule 'first' (P2Y)"],
      in: two(
        "applies-to: [payroll], keep-for: P2Y, counted-from: clock, force: [limit]",
        "applies-to: all, keep-for: ①P7Y, counted-from: clock, force: [duty]"), reading: readAgreement)
  }

  @Test func `two limits of different length over the same data contradict each other`() {
    expectComplaints(
      ["①": "limits the same data to P2Y"],
      in: two(
        "applies-to: [a, b], keep-for: P2Y, counted-from: clock, force: [limit]",
        "applies-to: [b, a], keep-for: ①P7Y, counted-from: clock, force: [limit]"), reading: readAgreement)
  }

  @Test func `an exception that is longer than the rule decides nothing and is refused`() {
    expectComplaints(
      ["①": "never decides anything"],
      in: two(
        "applies-to: all, keep-for: P2Y, counted-from: clock, force: [limit]",
        "applies-to: [a], keep-for: ①P7Y, counted-from: clock, force: [limit]"), reading: readAgreement)
  }

  @Test(arguments: [
    // A shorter limit is an exception to the general one.
    (
      "applies-to: all, keep-for: P7Y, counted-from: clock, force: [limit]",
      "applies-to: [a], keep-for: P2Y, counted-from: clock, force: [limit]"
    ),
    // The law's duty ends later than the contract's limit: the data is restricted in between.
    (
      "applies-to: all, keep-for: P7Y, counted-from: end-of-fiscal-year, force: [duty], ground: nl/awr-52",
      "applies-to: all, keep-for: P2Y, counted-from: end-of-fiscal-year, force: [limit]"
    ),
    // A duty of the controller does not bind the processor that wrote the limit.
    (
      "applies-to: all, keep-for: P7Y, counted-from: clock, force: [duty], binds: controller",
      "applies-to: all, keep-for: P2Y, counted-from: clock, force: [limit]"
    ),
    // From different points, which of two ends first depends on the record.
    (
      "applies-to: all, keep-for: P7Y, counted-from: hired, force: [duty]",
      "applies-to: all, keep-for: P2Y, counted-from: left, force: [limit]"
    ),
    // Different data.
    (
      "applies-to: [a], keep-for: P7Y, counted-from: clock, force: [duty]",
      "applies-to: [b], keep-for: P2Y, counted-from: clock, force: [limit]"
    ),
    // A longer limit than duty is what retention is.
    (
      "applies-to: all, keep-for: P1Y, counted-from: clock, force: [duty]",
      "applies-to: all, keep-for: P2Y, counted-from: clock, force: [limit]"
    ),
    ("applies-to: all, keep-until: request", "applies-to: [a], keep-for: P2Y, counted-from: clock, force: [limit]"),
  ])
  func `rules that can both be kept are accepted`(first: String, second: String) {
    #expect(throws: Never.self) { try readAgreement(two(first, second)) }
  }

  @Test func `one long term over everything is a warning where short-lived data is under it`() {
    let rest = "categories: [payroll, absence, access-log]"
    expectWarnings(
      ["①": "UNIFORM_TERM: 'P7Y': one term for everything is no reason to keep absence, access-log"],
      in: agreement(retention: "  - {rule: a, clause: \"1\", applies-to: all, keep-for: ①P7Y, counted-from: clock, force: [limit]}", rest),
      reading: readAgreement)
    let exception = """
        - {rule: a, clause: "1", applies-to: all, keep-for: P7Y, counted-from: clock, force: [limit]}
        - {rule: b, clause: "1", applies-to: [absence, access-log], keep-for: P2Y, counted-from: clock, force: [limit]}
      """
    expectWarnings([:], in: agreement(retention: exception, rest), reading: readAgreement)
  }
}
