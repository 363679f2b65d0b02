import Retention
import Testing

@Suite struct Periods {
  @Test(arguments: [("P7Y", "P7Y"), ("P52W", "P364D"), ("P18M", "P1Y6M"), ("P0D", "P0D"), ("P1Y2M3D", "P1Y2M3D"), ("P4W", "P28D")])
  func `a period has a canonical text`(text: String, canonical: String) throws {
    #expect(try #require(Period(text)).description == canonical)
  }

  @Test(arguments: ["", "P", "7Y", "P7", "PY", "P-7Y", "P7.5Y", "P1D1Y", "P1Y1Y", "P1Y2W", "PT24H", "p7y", "P7Y ", "P201Y", "P99999999D"])
  func `what is no period is refused`(text: String) {
    #expect(Period(text) == nil)
  }

  @Test func `52 weeks are 364 days and not a year`() throws {
    let start = try #require(CivilDate("2023-01-01"))
    #expect(start + (try #require(Period("P52W"))) == CivilDate("2023-12-31"))
    #expect(start + (try #require(Period("P1Y"))) == CivilDate("2024-01-01"))
  }

  @Test(arguments: [("PT48H", "PT48H"), ("PT24H30M", "PT24H30M"), ("P28D", "P28D"), ("PT0S", "PT0H"), ("PT90S", "PT1M30S")])
  func `a term has a canonical text`(text: String, canonical: String) throws {
    #expect(try #require(Term(text)).description == canonical)
  }

  @Test(arguments: ["P1DT2H", "PT", "PTH", "48H", "PT-1H"])
  func `what is no term is refused`(text: String) {
    #expect(Term(text) == nil)
  }
}
