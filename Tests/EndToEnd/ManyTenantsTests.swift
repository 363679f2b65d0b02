import Foundation
import SQLite
import Testing

@Suite struct `Many tenants` {
  private func fill(_ path: String) throws { try Database(engine: .sqlite, location: path).execute(Sample.script) }

  private static let rest = """
        controller: {name: Example Shop B.V., kvk: "87654321"}
        agreement: sample
        map: sample
        contract: {started: 2010-01-01}

    """

  private func withNode(_ body: (TestNode) throws -> Void) throws {
    try TestNode.with { node in
      try node.policy("agreements/sample", Sample.agreement)
      try node.policy("maps/sample", Sample.map)
      try FileManager.default.createDirectory(atPath: "\(node.home)/tenants", withIntermediateDirectories: true)
      try body(node)
    }
  }

  @Test func `a pattern takes each file through the whole job, and a file that is gone is told until a person says so`() throws {
    try withNode { node in
      for name in ["a", "b"] { try fill("\(node.home)/tenants/\(name).db") }
      try node.configure(["  - pattern: \"tenants/*.db\"\n\(Self.rest)"])
      try node.approvePlans()
      let run = try node.wis("run", "--json")
      #expect(run.exit == 0, "\(run)")
      let reports = try run.json()["tenants"].list
      #expect(reports.map(\.["tenant"].text) == ["a", "b"] && reports.allSatisfy { $0["rows"].integer == 5 })
      try FileManager.default.removeItem(atPath: "\(node.home)/tenants/b.db")
      for command in ["run", "status"] {
        let told = try node.wis(command)
        #expect(told.exit == 1 && told.errors.contains("tenant b: is gone from the inventory"), "\(told)")
      }
      #expect(try node.wis("run", "a").exit == 0)
      #expect(try node.wis("tenant", "list", "--json").json()["vanished"][0]["tenant"].text == "b")
      #expect(try node.wis("tenant", "forget", "a", "--reason", "x").exit == 2)
      #expect(try node.wis("tenant", "forget", "b", "--reason", "moved to node 2").exit == 0)
      #expect(try node.wis("run").exit == 0)
    }
  }

  @Test(arguments: Database.Engine.allCases)
  func `a query on the vendor's administration names the tenants`(engine: Database.Engine) throws {
    try withNode { node in
      try Database.with(engine, in: node.folder) { admin in
        try admin.execute(
          """
          CREATE TABLE customer (code text PRIMARY KEY, name text NOT NULL, kvk text, since date NOT NULL, until date);
          INSERT INTO customer VALUES ('a', 'First B.V.', '11111111', '2012-03-01', NULL), ('b', 'Second B.V.', '22222222', '2013-01-01', NULL);
          """)
        for name in ["a", "b"] { try fill("\(node.home)/tenants/\(name).db") }
        try node.configure([
          """
            - query:
                database: "\(admin.store)"
                sql: >
                  SELECT code AS id, name AS controller, kvk, since AS started, until AS ended FROM customer ORDER BY code
              store: "sqlite:tenants/{id}.db"
              agreement: sample
              map: sample

          """
        ])
        try node.approvePlans()
        #expect(try node.wis("run").exit == 0)
        let certificate = try #require(try node.certificates("b").first)
        #expect(try node.wis("certificate", "show", certificate, "--json").json()["controller"]["kvk"].text == "22222222")
        // A tenant's own trouble stays its own.
        try FileManager.default.removeItem(atPath: "\(node.home)/tenants/a.db")
        let troubled = try node.wis("run", "--json")
        #expect(troubled.exit == 2)
        #expect(try troubled.json()["tenants"].list.map(\.["result"].text) == ["failed", "nothing-due"])
        try admin.execute("DELETE FROM customer WHERE code = 'a'")
        let gone = try node.wis("run")
        #expect(gone.exit == 1 && gone.errors.contains("tenant a: is gone from the inventory"), "\(gone)")
        try admin.execute("DELETE FROM customer")
        let none = try node.wis("run")
        #expect(none.exit == 2 && none.errors.contains("wis.yaml:") && none.errors.contains("the query gives no tenants"), "\(none)")
        try admin.execute("DROP TABLE customer")
        let broken = try node.wis("run")
        #expect(broken.exit == 2 && broken.errors.contains("the query cannot be answered: "), "\(broken)")
      }
    }
  }

  @Test func `a query can change nothing, and an administration that cannot be read is refused where it is named`() throws {
    try withNode { node in
      let admin = Database(engine: .sqlite, location: "\(node.home)/admin.db")
      try admin.execute("CREATE TABLE customer (code text); INSERT INTO customer VALUES ('a')")
      for (database, sql) in [
        ("admin.db", "DELETE FROM customer RETURNING code AS id"), ("none.db", "SELECT 1 AS id"), ("wis.yaml", "SELECT 1 AS id"),
      ] {
        try node.configure(["  - query: {database: sqlite:\(database), sql: \(sql)}\n    store: \"sqlite:{id}.db\"\n\(Self.rest)"])
        let outcome = try node.wis("run")
        #expect(outcome.exit == 2 && outcome.complaints.count == 1 && outcome.errors.contains("wis.yaml:11:"), "\(outcome)")
      }
      #expect(try admin.count("customer") == 1)
    }
  }

  @Test func `a thousand files need no thousand handles`() throws {
    try withNode { node in
      try fill("\(node.folder)/first.db")
      let names = (0..<1000).map { "t\($0 + 1000)" }
      for name in names { try FileManager.default.copyItem(atPath: "\(node.folder)/first.db", toPath: "\(node.home)/tenants/\(name).db") }
      try node.configure(["  - pattern: \"tenants/*.db\"\n\(Self.rest)"])
      // 64 open files are enough for one tenant at a time, and far too few for a thousand at once.
      let scan = try Wis.run(
        ["scan", "--json", "--config", node.config], in: node.folder, through: ["/bin/sh", "-c", "ulimit -n 64 && exec \"$0\" \"$@\""])
      #expect(scan.exit == 0, "\(scan.errors)")
      #expect(try scan.json()["tenants"].list.compactMap(\.["tenant"].text) == names)
    }
  }
}
