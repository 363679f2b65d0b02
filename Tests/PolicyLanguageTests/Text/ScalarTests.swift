import PolicyLanguage
import Retention
import Testing

@Suite struct ScalarTests {
  @Test(arguments: [
    "yes", "No", "on", "OFF", "y", "true", "012", "0x1F", "0o17", "12:30", "1_000", "1.5", "1e3", ".inf", "~", "null", "12345678",
  ])
  func `an unquoted word that some YAML takes for other than text is refused where text is wanted`(word: String) {
    expectComplaints(["①": word], in: "map: a\ntables: {t: {category: personal, clock: {end: ①\(word)}}}", reading: readMap)
  }

  @Test(arguments: ["'no'", "\"012\"", "nee", "1e", "0a", "12-30", "2024-01-31", "a:b"])
  func `quoted words and words that are text to every reader are text`(word: String) throws {
    let map = try readMap("map: a\ntables: {t: {category: personal, clock: {end: \(word)}}}").content
    #expect(map.tables["t"]?.clocks["end"]?.column == word.filter { $0 != "'" && $0 != "\"" })
  }

  @Test func `keys are read as strictly as values`() {
    expectComplaints(
      ["①": "in quotes", "②": "in quotes"],
      in: """
        map: a
        tables:
          ①no: {category: none}
          t: {category: personal, clock: {end: e}, columns: {②012: personal}}
        """, reading: readMap)
  }

  @Test func `a constant of a predicate keeps its type`() throws {
    let map = try readMap(
      """
      map: a
      tables:
        t:
          category: personal
          clock: {end: e}
          variants:
            - {rows: {column: c, in: [null, true, 12, text, "12", -3]}, category: other}
      """
    ).content
    let expected: [PredicateValue] = [.null, .boolean(true), .integer(12), .text("text"), .text("12"), .integer(-3)]
    #expect(map.tables["t"]?.variants.first?.rows == .oneOf(column: "c", expected))
  }

  @Test func `a constant that readers disagree about is refused`() {
    expectComplaints(
      ["①": "a yes or no", "②": "a number", "③": "a number"],
      in: """
        map: a
        tables:
          t:
            category: personal
            clock: {end: e}
            variants:
              - {rows: {column: c, in: [①no, ②012, ③12:30]}, category: other}
        """, reading: readMap)
  }
}
