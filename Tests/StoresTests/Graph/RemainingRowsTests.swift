import Retention
import Stores
import TestSupport
import Testing

/// The job on random schemas with circles, compared with a model of what must remain.
@Suite struct `What remains of a random web of tables` {
  @Test(arguments: 0..<25)
  func `is what the model says, on both engines, byte for byte`(group: Int) throws {
    let seeds = group * 8..<group * 8 + 8
    for seed in seeds { try TenantDatabase.with(.sqlite) { try run(Web(seed: seed), $0, schema: nil) } }
    try TenantDatabase.with(.postgreSQL) { database in
      for seed in seeds { try run(Web(seed: seed), database, schema: "s\(seed)") }
    }
  }

  private func run(_ web: Web, _ database: TenantDatabase, schema: String?) throws {
    let expected = web.remaining()
    if let schema { try database.execute("CREATE SCHEMA \(schema)") }
    try database.execute(web.script(database.engine, schema: schema))
    let store = try database.store(schema: schema)
    let job = try WholeJob(web.sample, store)
    job.expectDone()
    for table in web.tables {
      let left = try dump(table, web, database, schema)
      #expect(left == expected[table.name] ?? [], "seed \(web.seed), \(table.name)")
      #expect(job.changed(table.name, .erase) == table.rows.count - left.count, "seed \(web.seed), \(table.name)")
    }
    #expect(try store.plan(web.sample).steps.isEmpty, "seed \(web.seed)")
  }

  private func dump(_ table: Web.Table, _ web: Web, _ database: TenantDatabase, _ schema: String?) throws -> Set<Web.Row> {
    let columns = web.columns(of: table)
    // Beside the text its type, where a column can hold any.
    let shown = columns.map { database.engine.choose("CAST(\(quoted($0)) AS TEXT)", quoted($0)) }
    let source = (schema.map { "\($0)." } ?? "") + quoted(table.name)
    return Set(
      try database.rows(shown, from: source).map { row in
        Dictionary(uniqueKeysWithValues: zip(columns, row).map { ($0, $1 == "NULL" ? nil : unquoted($1)) })
      })
  }

  private func unquoted(_ literal: String) -> String {
    String(literal.dropFirst().dropLast()).replacing("''", with: "'")
  }
}
