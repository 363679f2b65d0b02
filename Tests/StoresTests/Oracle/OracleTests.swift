import Retention
import Stores
import TestSupport
import Testing

@Suite struct `A random application` {
  @Test(arguments: Engine.allCases, 0..<80)
  func `is decided and erased as the definition says`(engine: Engine, seed: Int) throws {
    let world = World(seed: UInt64(seed))
    let oracle = Oracle(world)
    let expected = oracle.dispositions()
    try TenantDatabase.with(engine) { database in
      try database.execute(world.script(engine))
      let store = try database.store()
      let decision: TenantDecision
      do {
        decision = try world.sample.decision(try store.schema(), on: world.today, holds: world.holds)
      } catch DecisionError.noClock {
        // A rule for a table that has no clock and lives with nothing: refused, as it must be.
        return
      }
      let census = try store.census(of: decision)
      try examine(expected, decision, store)
      count(expected, Plan(decision: decision, census: census), census)
      try carryOut(Plan(decision: decision, census: census), oracle, expected, database, store)
    }
  }

  private func examine(_ expected: [Oracle.Place: Disposition], _ decision: TenantDecision, _ store: any TenantStore) throws {
    for (place, disposition) in expected {
      let table = try #require(decision.table(place.table))
      guard !table.key.isEmpty else { continue }
      let found = try #require(try store.examine(table, key: [place.id]))
      #expect(table.cases[found.caseIndex].disposition == disposition, "\(place)")
    }
  }

  private func count(_ expected: [Oracle.Place: Disposition], _ plan: Plan, _ census: Census) {
    for table in plan.decision.tables {
      for disposition in Disposition.allCases {
        let wanted = expected.filter { $0.key.table == table.table.name && $0.value == disposition }.count
        #expect(plan.rows(disposition, of: table.table.name, in: census) == wanted, "\(table.table.name) \(disposition)")
      }
    }
  }

  private func carryOut(
    _ plan: Plan, _ oracle: Oracle, _ expected: [Oracle.Place: Disposition], _ database: TenantDatabase, _ store: any TenantStore
  ) throws {
    var before: [Oracle.Place: [String]] = [:]
    for table in oracle.world.tables { before.merge(try dump(table, database)) { first, _ in first } }
    let orphans = try plan.decision.graph.references.map { try store.orphans(of: $0) }
    let changed = try store.carryOut(plan)
    for (step, rows) in zip(plan.steps, changed) { #expect(rows == step.rows, "\(step.table.table.name) \(step.category) \(step.action)") }
    for table in oracle.world.tables {
      let after = try dump(table, database)
      for (place, disposition) in expected where place.table == table.name {
        switch disposition {
        case .erase: #expect(after[place] == nil, "\(place)")
        case .reduce, .restrict:
          let changed = disposition == .reduce ? oracle.reduced(place) : oracle.marked(place)
          let wanted = zip(table.columns, before[place] ?? []).map { column, value in
            switch changed[column] {
            case .null: "NULL"
            case .text("ja") where column == "dicht": "'ja'"
            case .integer(0) where column == "size": database.engine.choose("0", "'0'")
            default: value
            }
          }
          #expect(after[place] == wanted, "\(place)")
        case .keep, .undated, .uncovered: #expect(after[place] == before[place], "\(place)")
        }
      }
    }
    for (reference, before) in zip(plan.decision.graph.references, orphans) { #expect(try store.orphans(of: reference) <= before) }
    let again = Plan(decision: plan.decision, census: try store.census(of: plan.decision))
    #expect(again.steps.isEmpty)
    for one in again.unmarked { #expect(!oracle.isMarked(one.table)) }
  }

  private func dump(_ table: WorldTable, _ database: TenantDatabase) throws -> [Oracle.Place: [String]] {
    var rows: [Oracle.Place: [String]] = [:]
    for row in try database.rows(table.columns.map(quoted), from: quoted(table.name)) {
      rows[Oracle.Place(table: table.name, id: String(row[0].dropFirst().dropLast()))] = row
    }
    return rows
  }
}
