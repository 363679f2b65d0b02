import PolicyLanguage
import Retention
import Testing

@Suite struct GroundTests {
  private func rule(_ period: String, _ from: String, _ force: String, _ ground: String) -> String {
    agreement(
      retention:
        "  - {rule: a, clause: \"1\", applies-to: all, keep-for: \(period), counted-from: \(from), force: \(force), ground: \(ground)}")
  }

  @Test func `an unknown statute or library is refused with the nearest`() {
    expectComplaints(
      ["①": "did you mean 'nl/awr-52'"], in: rule("P7Y", "end-of-fiscal-year", "[duty]", "①nl/awr-25"), reading: readAgreement)
    expectComplaints(
      ["①": "no statutory library 'be'"], in: rule("P7Y", "end-of-fiscal-year", "[duty]", "①be/awr-52"), reading: readAgreement)
    expectComplaints(
      ["①": "a library and a statute"], in: rule("P7Y", "end-of-fiscal-year", "[duty]", "①awr-52"), reading: readAgreement)
  }

  @Test(arguments: ["P6Y", "P6Y11M", "P2555D", "P0D", "P83M30D"])
  func `a duty that is shorter than its statute on some day is refused`(period: String) {
    expectComplaints(
      ["①": "shorter than AWR art. 52 allows: keep for P7Y or longer"], in: rule("①\(period)", "end-of-fiscal-year", "[duty]", "nl/awr-52"),
      reading: readAgreement)
  }

  @Test(arguments: ["P7Y", "P84M", "P7Y1D", "P10Y", "P2557D"])
  func `a duty as long as its statute or longer is accepted`(period: String) throws {
    #expect(throws: Never.self) { try readAgreement(rule(period, "end-of-fiscal-year", "[duty, limit]", "nl/awr-52")) }
  }

  @Test func `a duty may not begin before its statute's period does`() {
    expectComplaints(
      ["①": "count from end-of-fiscal-year"], in: rule("P7Y", "①clock", "[duty]", "nl/awr-52"), reading: readAgreement)
    expectComplaints(
      ["①": "count from end-of-fiscal-year"], in: rule("P9Y", "①end-of-calendar-year", "[duty]", "nl/awr-52"), reading: readAgreement)
    #expect(throws: Never.self) { try readAgreement(rule("P52W", "end-of-calendar-year", "[duty]", "nl/atb")) }
  }

  @Test func `a limit may not be longer than its statute's, and a statute that limits gives no duty`() {
    expectComplaints(["①": "longer than AP allows"], in: rule("①P3Y", "clock", "[limit]", "nl/ap-file"), reading: readAgreement)
    expectComplaints(["①": "no duty to keep"], in: rule("P2Y", "clock", "①[duty]", "nl/ap-file"), reading: readAgreement)
  }

  @Test func `an unverified statute is a warning`() {
    expectWarnings(["①": "UNVERIFIED_STATUTE"], in: rule("P2Y", "clock", "[limit]", "①nl/ap-file"), reading: readAgreement)
  }
}
