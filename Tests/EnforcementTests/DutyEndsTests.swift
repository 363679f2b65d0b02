import Retention
import TestSupport
import Testing

@testable import Enforcement

@Suite struct `The days on which duties end` {
  private static func day(_ number: Int) throws -> CivilDate { try #require(CivilDate(year: 2026, month: 1, day: 1)?.adding(days: number)) }

  @Test(arguments: 0..<40) func `are found whatever they are, by asking few days`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let span = Int.random(in: 1...4000, using: &random)
    let ends = (0..<Int.random(in: 0...60, using: &random)).map { _ in Int.random(in: -5...span, using: &random) }
    var asked = 0
    let found = try DutyEnds(after: Self.day(0), through: Self.day(span), atMost: 60) { day, later in
      asked += 1
      let first = try Self.day(0).dayNumber
      return ends.contains { day.dayNumber - first < $0 && $0 <= later.dayNumber - first }
    }
    let expected = Set(ends.filter { $0 > 0 }).sorted()
    #expect(try found?.days == expected.map { try Self.day($0) })
    #expect(asked <= 2 + expected.count * 24)
  }

  @Test func `are told to be too many, not left out`() throws {
    func ends(_ limit: Int) throws -> Int? {
      try DutyEnds(after: Self.day(0), through: Self.day(30), atMost: limit) { $0 < $1 }?.days.count
    }
    #expect(try ends(30) == 30)
    #expect(try ends(29) == nil)
  }
}
