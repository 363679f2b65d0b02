import Stores
import TestSupport
import Testing

@testable import Retention

@Suite struct `The rows that a stretch of time lets go` {
  @Test(arguments: Engine.allCases, 0..<60)
  func `are those of its last day that were not there before, however they are looked for`(engine: Engine, seed: Int) throws {
    let world = World(seed: UInt64(seed))
    var random = SeededRandom(seed: UInt64(seed) &+ 77)
    try TenantDatabase.with(engine) { database in
      try database.execute(world.script(engine))
      let store = try database.store()
      let schema = try store.schema()
      func decision(_ years: ClosedRange<Int>) throws -> TenantDecision {
        let days = Int.random(in: years, using: &random) * 365 + Int.random(in: 0...400, using: &random)
        let day = try #require(day(world.today).adding(days: days))
        return try world.sample.decision(schema, on: day.description, holds: world.holds)
      }
      for _ in 0..<4 {
        let (earlier, later): (TenantDecision, TenantDecision)
        do { (earlier, later) = (try decision(-30 ... -1), try decision(-5...20)) } catch DecisionError.noClock { return }
        for table in later.tables {
          guard let before = earlier.table(table.table.name), let layout = try store.layout(of: table.table) else { continue }
          func found(_ rows: Condition) throws -> [UInt64] {
            let found = try store.survey(CopySelection(layout, where: rows), for: "\\N")
            return [UInt64(found.rows), found.hash]
          }
          for (now, then) in [(table.due, before.due), (table.erasable, before.erasable), (table.needed, before.needed)] {
            for (this, that) in [(now, then), (then, now)] {
              let plain = Condition.conjunction([this, .negation(that)])
              #expect(try found(.rows(of: this, notOf: that)) == found(plain), "\(table.table.name): \(this) / \(that)")
            }
          }
        }
      }
    }
  }
}
