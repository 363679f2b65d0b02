import Evidence
import Testing

@Suite struct BytesTests {
  @Test(arguments: UInt64(0)..<100) func `every text form reads back`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let bytes = random.bytes(Int(seed))
    #expect([UInt8](lowerHex: bytes.lowerHex) == bytes)
    #expect(try [UInt8](strictBase64: bytes.base64) == bytes)
    #expect(try [UInt8](base64URL: bytes.base64URL) == bytes)
  }

  @Test(arguments: ["A", "AB", "AA==", "AB=", "A A", "A-+A", "+/==", "AAA\n", "é"]) func `another spelling of base64url is refused`(
    text: String
  ) {
    #expect(throws: EvidenceError.self) { try [UInt8](base64URL: text) }
  }

  @Test(arguments: ["A", "AA", "AB==", "AA=", "AAA=\n", " AAA=", "AA-_"]) func `another spelling of base64 is refused`(text: String) {
    #expect(throws: EvidenceError.self) { try [UInt8](strictBase64: text) }
  }

  @Test func `hexadecimal is lower case and whole`() {
    #expect([UInt8](lowerHex: "0A") == nil)
    #expect([UInt8](lowerHex: "0") == nil)
    #expect(throws: EvidenceError.self) { try Hash(hex: "00") }
  }

  @Test(arguments: [
    (0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"), (1_709_164_800, "2024-02-29T00:00:00Z"),
    (4_107_542_399, "2100-02-28T23:59:59Z"), (-1, "1969-12-31T23:59:59Z"), (1_795_234_777, "2026-11-21T04:19:37Z"),
  ])
  func `a moment has one spelling`(seconds: Int64, text: String) throws {
    #expect(Moment(seconds: seconds).description == text)
    #expect(try Moment(text).seconds == seconds)
  }

  @Test func `every day of four centuries reads back and follows the one before`() throws {
    for number in Int64(0)..<146_097 {
      let text = Day(number: number).description
      guard try Day(text).number == number else {
        Issue.record("day \(number) reads back differently from \(text)")
        return
      }
    }
  }

  @Test(arguments: ["2026-02-29", "2026-13-01", "2026-1-01", "2026-00-10", "26-01-01", "2026-04-31", "-026-01-01", "2026-01-01 "])
  func `a day that does not exist is refused`(text: String) {
    #expect(throws: EvidenceError.self) { try Day(text) }
    #expect(throws: EvidenceError.self) { try Moment("\(text)T00:00:00Z") }
  }

  @Test(arguments: ["2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:00", "2026-01-01 00:00:00Z", "2026-01-01T00:00:00z"])
  func `a moment that does not exist is refused`(text: String) {
    #expect(throws: EvidenceError.self) { try Moment(text) }
  }
}
