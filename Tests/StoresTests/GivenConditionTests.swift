import Retention
import TestSupport
import Testing

@testable import Stores

@Suite struct `A condition on rows of which something is known` {
  private static let columns = ["a", "b", "c"]

  /// A condition made of the columns being 1.
  private func condition(_ depth: Int, _ random: inout SeededRandom) -> Condition {
    func parts() -> [Condition] { (0..<Int.random(in: 1...3, using: &random)).map { _ in condition(depth - 1, &random) } }
    switch depth == 0 ? 0 : Int.random(in: 0..<5, using: &random) {
    case 0: return .row(.equals(column: Self.columns[Int.random(in: 0..<3, using: &random)], .integer(1)))
    case 1: return .not(condition(depth - 1, &random))
    case 2: return .any(parts())
    case 3: return .all(parts())
    default: return Bool.random(using: &random) ? .constant(Bool.random(using: &random)) : .all(parts())
    }
  }

  private func isTrue(_ condition: Condition, _ row: Set<String>) throws -> Bool {
    switch condition {
    case .constant(let value): return value
    case .row(.equals(let column, _)): return row.contains(column)
    case .not(let part): return try !isTrue(part, row)
    case .any(let parts): return try parts.contains { try isTrue($0, row) }
    case .all(let parts): return try parts.allSatisfy { try isTrue($0, row) }
    default: throw Unexpected()
    }
  }

  private struct Unexpected: Error {}

  @Test(arguments: 1...500)
  func `says the same of them`(seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    let (known, asked) = (condition(2, &random), condition(4, &random))
    let short = asked.given(known, on: "t")
    for number in 0..<8 {
      let row = Set(Self.columns.enumerated().filter { number >> $0.offset & 1 == 1 }.map(\.element))
      if try isTrue(known, row) { #expect(try isTrue(short, row) == isTrue(asked, row), "\(asked) given \(known): \(short)") }
    }
  }

  @Test func `does not repeat it`() {
    let parts = Self.columns.map { Condition.row(.equals(column: $0, .integer(1))) }
    #expect(Condition.all(parts).given(.all([parts[0], parts[1]]), on: "t") == parts[2])
    #expect(Condition.all([parts[1], .not(.all([parts[1], parts[2]]))]).given(parts[0], on: "t") == .all([parts[1], .not(parts[2])]))
    #expect(Condition.not(parts[0]).given(parts[0], on: "t") == .constant(false))
  }
}
