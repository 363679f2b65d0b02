import PolicyLanguage
import Retention
import Testing

@Suite struct InventoryTests {
  @Test func `an inventory is read with everything it says, each path resolved`() throws {
    let text = inventory(
      tenant: """
            fiscal-year-starts: "07-01"
            store: sqlite:data/acme.db
            tenant-column: {column: company, value: 7}
            retention:
              - {rule: short, clause: "letter", applies-to: [hours], keep-for: P1Y, counted-from: clock, force: [limit]}
            file-roots: {attachments: files}
            backups: [{name: nightly, kept-for: P30D}]
            sub-processors: [{name: Party B.V., purpose: hosting}]
        """, "brakes: {rows: 5, plan-valid-days: 2}")
    let read = try Inventory.read(text, file: "wis.yaml", resolve: { "/etc/wis/\($0)" }, sources: .none, statutes: { _, _ in nil }).content
    let tenant = try #require(read.tenants.first)
    #expect(read.node == "node-1" && read.issuer == LegalPerson(name: "Vendor B.V.", kvk: "12345678"))
    #expect(
      [read.state, read.keys, read.trust, read.log, read.policies]
        == ["state.db", "keys", "trust", "log", "policies"].map { "/etc/wis/\($0)" })
    #expect(read.brakes == Brakes(rows: 5, percent: 10, clockAheadDays: 45, clockSkewSeconds: 300, planValidDays: 2, coolingOffDays: 7))
    #expect(tenant.store.database == .sqlite(path: "/etc/wis/data/acme.db"))
    #expect(tenant.store.tenantColumn == StoreLocation.TenantColumn(column: "company", value: .integer(7)))
    #expect(tenant.fileRoots == ["attachments": "/etc/wis/files"])
    #expect(tenant.fiscalYearStart == FiscalYearStart("07-01") && tenant.contract.ended == nil)
    #expect(tenant.retention.map(\.name) == ["short"] && tenant.backups.first?.expiry == Period("P30D").map { .after($0) })
  }

  @Test(arguments: [
    ("postgres:postgresql:///acme", "postgresql:///acme"), ("postgres://node@db/acme", "postgres://node@db/acme"),
    ("\"postgres:host=/run/postgresql dbname=acme\"", "host=/run/postgresql dbname=acme"),
  ])
  func `a PostgreSQL store is a URL or a connection string`(store: String, url: String) throws {
    let read = try readInventory(inventory(tenant: "    store: \(store)\n    schema: acme"))
    #expect(read.content.tenants.first?.store == StoreLocation(database: .postgreSQL(url: url), schema: "acme"))
    #expect(read.warnings.isEmpty)
  }

  @Test(arguments: ["postgres://node:s3cret@db/acme", "\"postgres:host=db password=s3cret\"", "postgresql://db/acme?password=s3cret"])
  func `a password in the file is a warning that does not repeat it`(store: String) throws {
    expectWarnings(["①": "PASSWORD_IN_FILE"], in: inventory(tenant: "    store: ①\(store)"), reading: readInventory)
    let read = try readInventory(inventory(tenant: "    store: \(store)"))
    #expect(!read.warnings.description.contains("s3cret"))
  }

  @Test func `a store that is none is refused without showing what may be secret`() {
    let text = inventory(tenant: "    store: ①mysql://node:s3cret@db/acme")
    expectComplaints(["①": "'mysql…': expected a store"], in: text, reading: readInventory)
  }

  @Test func `what does not fit in an inventory is refused`() {
    expectComplaints(
      [
        "①": "eight digits", "②": "from 0 to 100", "③": "a whole number", "④": "lies before the contract started",
        "⑤": "SQLite has no schemas", "⑥": "did you mean 'backups'", "⑦": "marks nobody's rows",
      ],
      in: """
        node: node-1
        issuer: {name: Vendor B.V., kvk: ①"1234"}
        state: state.db
        keys: keys
        trust: trust
        log: {folder: log, origin: wis.example/log}
        policies: policies
        brakes: {percent: ②101, rows: ③many}
        tenants:
          - id: acme
            controller: {name: Acme B.V.}
            agreement: sample
            map: sample
            contract: {started: 2020-01-01, ended: ④2019-12-31}
            store: sqlite:a.db
            ⑤schema: acme
            tenant-column: {column: c, value: ⑦null}
            ⑥backup: []
        """, reading: readInventory)
  }

  @Test func `no two tenants have one name or the same rows`() {
    expectComplaints(
      ["①": "has the same store; tell their rows apart", "②": "stands twice"],
      in: inventory(
        tenant: """
              store: sqlite:a.db
            - id: other
              controller: {name: Other B.V.}
              agreement: sample
              map: sample
              contract: {started: 2020-01-01}
              store: ①sqlite:a.db
            - id: ②acme
              controller: {name: Third B.V.}
              agreement: sample
              map: sample
              contract: {started: 2020-01-01}
              store: sqlite:b.db
          """), reading: readInventory)
  }

  @Test func `a tenant's rules are read as strictly as an agreement's`() {
    expectComplaints(
      ["①": "shorter than AWR art. 52 allows", "②": "contradicts the rule 'b'"],
      in: inventory(
        tenant: """
              store: sqlite:a.db
              retention:
                - {rule: a, clause: letter, applies-to: [payroll], keep-for: ①P5Y, counted-from: end-of-fiscal-year, force: [duty], ground: nl/awr-52}
                - {rule: b, clause: letter, applies-to: [hours], keep-for: P5Y, counted-from: clock, force: [limit]}
                - {rule: c, clause: letter, applies-to: [hours], keep-for: ②P6Y, counted-from: clock, force: [limit]}
          """), reading: readInventory)
  }
}
