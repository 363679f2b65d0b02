import TestSupport
import Testing

@testable import Retention

@Suite struct `A condition` {
  /// A condition made with simplifications, and what it means of rows whose columns are the bits of a number.
  private static func sample(_ depth: Int, _ random: inout SeededRandom) -> (condition: Condition, holds: (Int) -> Bool) {
    switch Int.random(in: 0..<(depth == 0 ? 4 : 10), using: &random) {
    case 0: return (.constant(true), { _ in true })
    case 1...3:
      let column = Int.random(in: 0..<3, using: &random)
      return (.row(.equals(column: "c\(column)", .boolean(true))), { $0 >> column & 1 == 1 })
    case 4...5:
      let part = sample(depth - 1, &random)
      return (.negation(part.condition), { !part.holds($0) })
    case let kind:
      let parts = (0..<Int.random(in: 0...3, using: &random)).map { _ in sample(depth - 1, &random) }
      let conditions = parts.map(\.condition)
      return kind < 8
        ? (.conjunction(conditions), { row in parts.allSatisfy { $0.holds(row) } })
        : (.disjunction(conditions), { row in parts.contains { $0.holds(row) } })
    }
  }

  private static func holds(_ condition: Condition, _ row: Int) -> Bool {
    switch condition {
    case .constant(let value): return value
    case .all(let parts): return parts.allSatisfy { holds($0, row) }
    case .any(let parts): return parts.contains { holds($0, row) }
    case .not(let part): return !holds(part, row)
    case .row(.equals(let column, _)): return row >> (Int(column.dropFirst()) ?? 0) & 1 == 1
    default: preconditionFailure("no other condition is made here")
    }
  }

  @Test(arguments: 1...300)
  func `means the same when it is simplified`(seed: Int) {
    var random = SeededRandom(seed: UInt64(seed))
    let sample = Self.sample(4, &random)
    #expect((0..<8).map { Self.holds(sample.condition, $0) } == (0..<8).map(sample.holds), "\(sample.condition)")
  }

  @Test(arguments: 1...300)
  func `on the rows of one that are not of another says nothing more than that`(seed: Int) {
    var random = SeededRandom(seed: UInt64(seed))
    let (one, other) = (Self.sample(4, &random), Self.sample(4, &random))
    let rows = Condition.rows(of: one.condition, notOf: other.condition)
    #expect((0..<8).map { Self.holds(rows, $0) } == (0..<8).map { one.holds($0) && !other.holds($0) }, "\(rows)")
  }

  @Test func `on the rows of a stretch of time says between which days their clocks are, and those of the rows that held them`() {
    let (early, late) = (day("2026-01-01"), day("2026-01-08"))
    let clock = Clock(column: "worked")
    let reference = Reference(table: "hours", columns: ["person"], target: "person", targetColumns: ["id"])
    func hours(_ day: CivilDate) -> Condition {
      let isShort = Condition.row(.equals(column: "kind", .text("short")))
      return .disjunction([isShort, .conjunction([.negation(isShort), .clock(clock, .dated), .clock(clock, .before(day))])])
    }
    func person(_ day: CivilDate) -> Condition { .negation(.disjunction([.referenced(reference, by: .negation(hours(day)))])) }
    func files(_ day: CivilDate) -> Condition { .parent(reference, person(day)) }
    func first(_ rows: (CivilDate) -> Condition) -> Condition? {
      guard case .all(let parts) = Condition.rows(of: rows(late), notOf: rows(early)) else { return nil }
      return parts.first
    }
    let between = Condition.clock(clock, .within(early..<late))
    let named = Condition.namedByFew([Condition.Few(reference: reference, rows: between)])
    #expect(first(hours) == between)
    #expect(first(person) == named)
    #expect(first(files) == .belonging(reference, to: named))
    #expect(Condition.rows(of: hours(early), notOf: hours(late)) == .constant(false))
    #expect(Condition.rows(of: person(early), notOf: person(late)) == .constant(false))
  }

  @Test func `that contradicts itself asks nothing`() {
    let one = Condition.row(.equals(column: "c0", .boolean(true)))
    let other = Condition.row(.equals(column: "c1", .boolean(true)))
    #expect(Condition.conjunction([one, other, .negation(one)]) == .constant(false))
    #expect(Condition.disjunction([one, other, .negation(one)]) == .constant(true))
    #expect(Condition.conjunction([one, .negation(other)]) == .all([one, .not(other)]))
  }
}
