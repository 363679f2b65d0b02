import Retention
import Stores
import TestSupport

extension TenantStore {
  /// The plan that a sample policy leads to on a day.
  func plan(_ sample: SamplePolicy, on today: String = "2026-01-01", holds: [Hold] = []) throws -> Plan {
    let decision = try sample.decision(schema(), on: today, holds: holds)
    return Plan(decision: decision, census: try census(of: decision))
  }

  /// Carries out a plan batch by batch, as often as something still falls due; gives the rows changed by each step.
  func carryOut(_ plan: Plan, stretchesAtOnce: Int = 3) throws -> [Int] {
    var changed = plan.steps.map { _ in 0 }
    var first = 0
    for steps in plan.stepsTakenTogether {
      let indices = first..<first + steps.count
      first += steps.count
      func takeKnots(_ begin: (Step) -> Bool) throws {
        for knot in try knots(of: steps, begin: begin) {
          try carryOut(steps, on: knot) { for (index, keys) in zip(indices, $0) { changed[index] += keys.count } }
        }
      }
      if steps.contains(where: \.goesWithOwners) { try takeKnots(\.goesWithOwners) }
      var before: Int
      repeat {
        before = changed.reduce(0, +)
        for index in indices { changed[index] += try carryOut(plan.steps[index], stretchesAtOnce: stretchesAtOnce).count }
      } while changed.reduce(0, +) > before
      if steps[0].circle != nil { try takeKnots { _ in true } }
    }
    return changed
  }

  /// Takes a knot, capturing nothing.
  func carryOut(_ steps: [Step], on knot: Knot, beforeCommit: ([FrozenKeys]) throws -> Void) throws {
    _ = try carryOut(steps, on: knot, reading: steps.map { _ in [] }, capturing: steps.map { _ in [] }) { rows, _ in
      try beforeCommit(rows.map(\.keys))
    }
  }

  /// Changes the rows of some stretches, capturing nothing.
  func carryOut(_ step: Step, on stretches: ArraySlice<Stretch>, beforeCommit: (FrozenKeys) throws -> Void) throws {
    _ = try carryOut(step, on: stretches, capturing: []) { try beforeCommit($0.keys) }
  }

  /// Goes once through the stretches of a step; gives the keys of each batch that changed something.
  @discardableResult
  func carryOut(_ step: Step, stretchesAtOnce: Int = 3) throws -> FrozenKeys {
    var all: [UInt8] = []
    let stretches = try stretches(of: step)
    for first in stride(from: 0, to: stretches.count, by: stretchesAtOnce) {
      let slice = stretches[first..<min(first + stretchesAtOnce, stretches.count)]
      try carryOut(step, on: slice) { all += $0.bytes }
    }
    guard let keys = FrozenKeys(bytes: all, width: step.table.key.count) else { preconditionFailure("keys read back") }
    return keys
  }
}

extension Plan {
  /// How many records of a table have a disposition.
  func rows(_ disposition: Disposition, of table: String, in census: Census) -> Int {
    guard let decided = decision.table(table), let counted = census.tables.first(where: { $0.table == table }) else { return 0 }
    return zip(decided.cases, counted.counts).filter { $0.0.disposition == disposition }.reduce(0) { $0 + $1.1.rows }
  }
}
