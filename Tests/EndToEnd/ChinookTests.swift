import Foundation
import Testing

/// The whole job on real data, the same in both engines.
@Suite struct `The main job on Chinook` {
  private struct Shops {
    let node: TestNode
    let sqlite: Database
    let postgreSQL: Database
    /// The last year whose invoices are due: seven years after its end have passed.
    let lastDueYear: Int
  }

  private func withShops(_ body: (Shops) throws -> Void) throws {
    let data = Wis.repository + "/../shared/data/chinook"
    try #require(FileManager.default.fileExists(atPath: data + "/chinook.sqlite"), "the Chinook data is missing: expected it in \(data)")
    let year = Calendar(identifier: .gregorian).component(.year, from: Date())
    // Invoices run from 2021 to 2025; shifted, the last of these years is still to be kept and the four before are due.
    let shift = year - 7 - 2025
    try TestNode.with { node in
      let sqlite = Database(engine: .sqlite, location: "\(node.folder)/chinook.sqlite")
      try Data(contentsOf: URL(fileURLWithPath: data + "/chinook.sqlite")).write(to: URL(fileURLWithPath: sqlite.location))
      try sqlite.execute("UPDATE Invoice SET InvoiceDate = datetime(InvoiceDate, '\(shift) years')")
      try Database.withServer { postgreSQL in
        let script = try String(contentsOfFile: data + "/chinook-postgresql.sql", encoding: .utf8)
        let lines = script.split(separator: "\n", omittingEmptySubsequences: false)
        let kept = lines.filter { !$0.hasPrefix("DROP DATABASE") && !$0.hasPrefix("CREATE DATABASE") && !$0.hasPrefix("\\c") }
        try postgreSQL.execute(kept.joined(separator: "\n"))
        try postgreSQL.execute("UPDATE invoice SET invoice_date = invoice_date + interval '\(shift) years'")
        let fixtures = Wis.repository + "/Tests/Fixtures/chinook"
        for (file, name) in [
          ("agreement", "agreements/chinook"), ("map-sqlite", "maps/chinook-sqlite"), ("map-postgresql", "maps/chinook-postgresql"),
        ] {
          try node.policy(name, try String(contentsOfFile: "\(fixtures)/\(file).yaml", encoding: .utf8))
        }
        try node.configure(
          [
            TestNode.tenant("shop-s", sqlite, agreement: "chinook", map: "chinook-sqlite"),
            TestNode.tenant("shop-p", postgreSQL, agreement: "chinook", map: "chinook-postgresql"),
          ], brakes: "{rows: 1000, percent: 10}")
        try body(Shops(node: node, sqlite: sqlite, postgreSQL: postgreSQL, lastDueYear: year - 8))
      }
    }
  }

  /// What must be left: computed here from the words of the policy, by other means than Wis's.
  private func expected(_ before: [String: Set<Database.Row>], lastDueYear: Int) -> [String: Set<Database.Row>] {
    var after = before
    func year(_ row: Database.Row) -> Int { Int(row["invoicedate"]?.dropFirst().prefix(4) ?? "") ?? .max }
    let kept = (before["invoice"] ?? []).filter { year($0) > lastDueYear }
    let invoices = Set(kept.map { $0["invoiceid"] })
    let customers = Set(kept.map { $0["customerid"] })
    after["invoice"] = kept
    after["invoiceline"] = before["invoiceline"]?.filter { invoices.contains($0["invoiceid"]) }
    after["customer"] = Set(
      (before["customer"] ?? []).filter { customers.contains($0["customerid"]) }.map { row in
        var row = row
        for column in ["company", "address", "city", "state", "country", "postalcode", "phone", "fax"] { row[column] = "NULL" }
        row["email"] = "''"
        return row
      })
    return after
  }

  /// Per table, what a scan counted.
  private func counts(_ tenant: JSON) -> [String: [String: Int]] {
    Dictionary(
      tenant["tables"].list.map { table in
        let words = ["records", "keep", "restrict", "reduce", "erase", "undated", "uncovered"]
        return (Database.plain(table["table"].text ?? ""), Dictionary(uniqueKeysWithValues: words.map { ($0, table[$0].integer ?? -1) }))
      }
    ) { first, _ in first }
  }

  @Test func `erases, reduces, keeps and proves the same on both engines, and then has nothing to do`() throws {
    try withShops { shops in
      let node = shops.node
      let before = (sqlite: try shops.sqlite.contents(), postgreSQL: try shops.postgreSQL.contents())
      let wanted = (
        sqlite: expected(before.sqlite, lastDueYear: shops.lastDueYear),
        postgreSQL: expected(before.postgreSQL, lastDueYear: shops.lastDueYear)
      )
      // The policy must bite: some invoices and customers go, some stay.
      let invoices = (all: before.sqlite["invoice"]?.count ?? 0, kept: wanted.sqlite["invoice"]?.count ?? 0)
      let customers = (all: before.sqlite["customer"]?.count ?? 0, kept: wanted.sqlite["customer"]?.count ?? 0)
      #expect(invoices.kept > 0 && invoices.kept < invoices.all)
      #expect(customers.kept > 0 && customers.kept < customers.all)

      let scan = try node.wis("scan", "--json")
      #expect(scan.exit == 0, "\(scan)")
      let tenants = try scan.json()["tenants"].list
      try #require(tenants.count == 2)
      #expect(counts(tenants[0]) == counts(tenants[1]))
      let found = counts(tenants[0])
      #expect(found["invoice"]?["erase"] == invoices.all - invoices.kept)
      #expect(found["customer"]?["erase"] == customers.all - customers.kept)
      #expect(found["customer"]?["reduce"] == customers.kept)
      #expect(found["employee"]?["keep"] == 8)
      #expect(found.count == 11)

      let waiting = try node.wis("run")
      #expect(waiting.exit == 3, "\(waiting)")
      #expect(try shops.sqlite.contents() == before.sqlite)
      #expect(try shops.postgreSQL.contents() == before.postgreSQL)

      try node.approvePlans()
      let run = try node.wis("run", "--json")
      #expect(run.exit == 0, "\(run)")
      #expect(try shops.sqlite.contents() == wanted.sqlite)
      #expect(try shops.postgreSQL.contents() == wanted.postgreSQL)

      let again = try node.wis("run")
      #expect(again.exit == 0, "\(again)")
      #expect(again.output == "shop-s: nothing due\nshop-p: nothing due\n")
      #expect(try shops.sqlite.contents() == wanted.sqlite)
      #expect(try shops.postgreSQL.contents() == wanted.postgreSQL)

      for tenant in ["shop-s", "shop-p"] {
        let certificates = try node.certificates(tenant)
        try #require(certificates.count == 1)
        let verified = try node.wis("certificate", "verify", certificates[0])
        #expect(verified.exit == 0, "\(verified)")
        let counts = try node.counts(certificates[0])
        for (table, rows) in before.sqlite {
          let gone = rows.count - (wanted.sqlite[table]?.count ?? 0)
          #expect(tells(counts[table]?.erased, gone), "\(tenant) \(table): \(gone) rows are gone")
        }
        #expect(tells(counts["customer"]?.reduced, customers.kept))
      }
      let log = try node.wis("log", "verify")
      #expect(log.exit == 0, "\(log)")
    }
  }
}
