import Evidence
import Testing

@Suite struct JSONValueTests {
  @Test(arguments: [
    // cyberphone/json-canonicalization, testdata: french, structures (without the fraction), values (its string), weird (without the key that is not NFC).
    (#"{ "peach": "a", "péché": "b", "pêche": "c", "sin": "d" }"#, #"{"peach":"a","péché":"b","pêche":"c","sin":"d"}"#),
    (
      #"{"1": {"f": {"f": "hi","F": 5} ,"\n": 56}, "10": { }, "": "empty", "a": { }, "111": [ {"e": "yes","E": "no" } ], "A": { }}"#,
      #"{"":"empty","1":{"\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}}"#
    ),
    (#"["\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/"]"#, #"["€$\u000f\nA'B\"\\\\\"/"]"#),
    (
      #"{"\u20ac":1,"\r":2,"\u000a":3,"1":4,"\u0080":5,"\ud83d\ude02":6,"\u00f6":7,"\uffee":8,"</script>":9}"#,
      "{\"\\n\":3,\"\\r\":2,\"1\":4,\"</script>\":9,\"\u{80}\":5,\"ö\":7,\"€\":1,\"😂\":6,\"\u{ffee}\":8}"
    ),
    ("[ -9007199254740991 , 9007199254740991, 0, -1, null, true, false ]", "[-9007199254740991,9007199254740991,0,-1,null,true,false]"),
  ])
  func `the canonical form is that of RFC 8785`(input: String, canonical: String) throws {
    let value = try JSONValue(parsing: input.utf8)
    #expect(Array(try value.canonicalText().utf8) == Array(canonical.utf8))
    #expect(try JSONValue(canonical: Array(canonical.utf8)) == value)
  }

  @Test(arguments: [
    "", " ", "{", "[1", "[1,]", "{\"a\":1,}", "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "{a:1}", "1 2", "nul", "tru", "01", "-0", "-",
    "1.0", "1e3", "0.5", "+1", "9223372036854775808", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\\x\"", "\"\\u12g4\"", "\"a",
    "\"a\u{01}\"", "[1]]", "NaN", "'a'", "\u{feff}1",
  ])
  func `what is not strict JSON is refused`(input: String) {
    #expect(throws: EvidenceError.self) { try JSONValue(parsing: input.utf8) }
  }

  @Test func `a refusal names the byte`() {
    #expect(throws: EvidenceError.malformedJSON(problem: "a name that occurs twice in one object", offset: 7)) {
      try JSONValue(parsing: #"{"a":1,"a":2}"#.utf8)
    }
    #expect(throws: EvidenceError.malformedJSON(problem: "invalid UTF-8", offset: 2)) { try JSONValue(parsing: [0x22, 0x61, 0xff, 0x22]) }
    #expect(throws: EvidenceError.malformedJSON(problem: "a fraction or exponent; only whole numbers are allowed", offset: 1)) {
      try JSONValue(parsing: "1.5".utf8)
    }
  }

  @Test func `depth is limited so that no document can exhaust the stack`() throws {
    func nested(_ depth: Int) -> String { String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
    _ = try JSONValue(parsing: nested(65).utf8)
    #expect(throws: EvidenceError.self) { try JSONValue(parsing: nested(66).utf8) }
    #expect(throws: EvidenceError.self) { try JSONValue(parsing: String(repeating: "[", count: 100_000).utf8) }
  }

  @Test func `what other tools would read differently is not written`() {
    #expect(throws: EvidenceError.self) { try JSONValue.integer(9_007_199_254_740_992).canonical() }
    #expect(throws: EvidenceError.self) { try JSONValue.string("A\u{30a}").canonical() }
    #expect(throws: EvidenceError.self) { try (["e\u{301}": 1] as JSONValue).canonical() }
    #expect(throws: EvidenceError.self) { try JSONValue(canonical: Array("[1, 2]".utf8)) }
  }

  @Test(arguments: UInt64(0)..<200) func `writing and reading give back the same value`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let value = Self.value(depth: 4, &random)
    #expect(try JSONValue(canonical: try value.canonical()) == value)
  }

  @Test func `a reader complains with the path`() throws {
    let node = JSONNode(["tables": [["rows": 1], ["rows": "many"]]])
    #expect(try node["tables"].elements()[0]["rows"].integer() == 1)
    #expect(throws: EvidenceError.unexpected(path: "$.tables[1].rows", expected: "an integer", found: "a string")) {
      try node["tables"].elements()[1]["rows"].integer()
    }
    #expect(throws: EvidenceError.unexpected(path: "$.plan", expected: "a string", found: "nothing")) { try node["plan"].string() }
    #expect(throws: EvidenceError.self) { try node.requireMembers([]) }
    #expect(throws: EvidenceError.self) { try node.requireMembers(["tables", "plan"]) }
    try node.requireMembers(["tables"], optional: ["plan"])
  }

  private static func value(depth: Int, _ random: inout SeededGenerator) -> JSONValue {
    let texts = ["", "a", "é", "😂", "\u{1}\n\"\\", "€", "</script>", "\u{7f}"]
    let text = texts[Int.random(in: 0..<texts.count, using: &random)]
    switch Int.random(in: 0..<(depth == 0 ? 4 : 6), using: &random) {
    case 0: return .null
    case 1: return .bool(Bool.random(using: &random))
    case 2: return .integer(Int64.random(in: -JSONValue.largestInteger...JSONValue.largestInteger, using: &random))
    case 3: return .string(text)
    case 4: return .array((0..<Int.random(in: 0..<4, using: &random)).map { _ in value(depth: depth - 1, &random) })
    default:
      var members: [String: JSONValue] = [:]
      for name in texts.prefix(Int.random(in: 0..<8, using: &random)) { members[name] = value(depth: depth - 1, &random) }
      return .object(members)
    }
  }
}
