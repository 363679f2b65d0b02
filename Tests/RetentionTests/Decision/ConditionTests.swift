import Retention
import TestSupport
import Testing

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

  @Test func `that contradicts itself asks nothing`() {
    let one = Condition.row(.equals(column: "c0", .boolean(true)))
    let other = Condition.row(.equals(column: "c1", .boolean(true)))
    #expect(Condition.conjunction([one, other, .negation(one)]) == .constant(false))
    #expect(Condition.disjunction([one, other, .negation(one)]) == .constant(true))
    #expect(Condition.conjunction([one, .negation(other)]) == .all([one, .not(other)]))
  }
}
