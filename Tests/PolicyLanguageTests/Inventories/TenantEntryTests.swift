import PolicyLanguage
import Retention
import Testing

@Suite struct `Entries for many tenants` {
  private func entry(_ text: String) -> String {
    """
    node: node-1
    issuer: {name: Vendor B.V., kvk: "12345678"}
    state: state.db
    keys: keys
    trust: trust
    log: {folder: log, origin: wis.example/log}
    policies: policies
    tenants:
      - agreement: sample
        map: sample
    \(text)
    """
  }

  private let controller = """
        controller: {name: Acme B.V.}
        contract: {started: 2020-01-01}
    """

  private func files(_ folders: [String: [String]]) -> TenantSources {
    TenantSources(names: { folders[$0] }, rows: { _, _ in TenantRows(columns: [], rows: []) })
  }

  private func answer(_ columns: [String], _ rows: [PredicateValue]...) -> TenantSources {
    TenantSources(names: { _ in nil }, rows: { _, _ in TenantRows(columns: columns, rows: rows) })
  }

  private func complaints(_ text: String, _ sources: TenantSources) -> [Complaint] {
    do throws(PolicyError) {
      _ = try readInventory(text, sources)
      return []
    } catch {
      guard case .refused(let complaints) = error else { return [] }
      return complaints
    }
  }

  @Test(arguments: [
    ("/srv/*.db", ["/srv/": ["b.db", "a.db", "a.db-wal", ".db", ".x.db", "notes.txt"]], ["a": "/srv/a.db", "b": "/srv/b.db"]),
    ("*.db", [".": ["a.db"]], ["a": "a.db"]),
    ("t/c-*", ["t/": ["c-1", "c-2.x", "d"]], ["1": "t/c-1", "2.x": "t/c-2.x"]),
    (
      "/srv/*/data/app.db", ["/srv/": ["a", "b", "file"], "/srv/a/data": ["app.db"], "/srv/b/data": ["other.db"]],
      ["a": "/srv/a/data/app.db"]
    ),
  ])
  func `a pattern gives a tenant for each file, named by what the star stands for`(
    pattern: String, folders: [String: [String]], expected: [String: String]
  ) throws {
    let text = entry("    pattern: \"\(pattern)\"\n    file-roots: {files: \"/files/{id}\"}\n\(controller)")
    let tenants = try readInventory(text, files(folders)).content.tenants
    #expect(Dictionary(uniqueKeysWithValues: tenants.map { ($0.id, $0.store.database) }) == expected.mapValues { .sqlite(path: $0) })
    #expect(tenants.map(\.id) == tenants.map(\.id).sorted())
    for tenant in tenants { #expect(tenant.fileRoots == ["files": "/files/\(tenant.id)"] && tenant.controller.name == "Acme B.V.") }
  }

  @Test(arguments: [
    ("t/*.db", "no file fits", ["t/": []]), ("t/*.db", "there is no such folder", [:]), ("t/*/*.db", "one '*'", [:]),
    ("t/a.db", "one '*'", [:]), ("t/*.db", "'a b': expected a tenant's name", ["t/": ["a b.db", "c.db"]]),
  ])
  func `a pattern that gives no tenants, or no names, is refused`(pattern: String, words: String, folders: [String: [String]]) {
    let text = entry("    pattern: ①\"\(pattern)\"\n\(controller)")
    expectComplaints(["①": words], in: text, reading: { (text) throws(PolicyError) in try readInventory(text, files(folders)) })
  }

  @Test func `a query gives a tenant for each row, and says what the entry does not`() throws {
    let text = entry(
      """
          query: {database: "postgres:dbname=admin", sql: SELECT 1}
          store: "postgres:dbname=shared"
          tenant-column: {column: company}
      """)
    let tenants = try readInventory(
      text,
      answer(
        ["id", "schema", "tenant_value", "controller", "kvk", "started", "ended"],
        [.text("a"), .text("s_a"), .integer(7), .text("A: B.V."), .text("12345678"), .text("2020-01-01"), .null],
        [.integer(9), .text("true"), .text("012"), .text("yes"), .null, .text("2019-01-01"), .text("2024-06-30")])
    ).content.tenants
    try #require(tenants.map(\.id) == ["a", "9"])
    #expect(tenants.map(\.controller) == [LegalPerson(name: "A: B.V.", kvk: "12345678"), LegalPerson(name: "yes", kvk: nil)])
    #expect(tenants.map(\.store.schema) == ["s_a", "true"])
    #expect(tenants.map(\.store.tenantColumn?.value) == [.integer(7), .text("012")])
    #expect(tenants.map(\.contract.ended) == [nil, CivilDate("2024-06-30")])
  }

  @Test(
    arguments: [
      (["id"], [PredicateValue.text("a")], "the key 'controller' is missing"),
      (["id", "owner"], [.text("a"), .text("b")], "'owner': the query gives a column that means nothing here"),
      (["id", "controler"], [.text("a"), .text("b")], "did you mean 'controller'?"),
      (["id", "id"], [.text("a"), .text("b")], "gives the column twice"),
      (["controller"], [.text("a")], "gives no column 'id'"),
      (
        ["id", "store", "controller", "started"], [.text("a"), .text("sqlite:x.db"), .text("c"), .text("2020-01-01")],
        "the entry's 'store' says"
      ),
      (["id", "controller", "started"], [.text("a"), .null, .text("2020-01-01")], "row 1 of the query has NULL there"),
      (["id", "controller", "started"], [.text("a b"), .text("c"), .text("2020-01-01")], "'a b': expected a tenant's name"),
      (["id", "controller", "started"], [.text("a"), .text("c"), .text("2020-02-30")], "a date that exists"),
      (["id", "controller", "ended"], [.text("a"), .text("c"), .text("2020-02-28")], "no column 'started' to go with it"),
      (["id", "controller", "started", "tenant_value"], [.text("a"), .text("c"), .text("2020-01-01"), .integer(1)], "add tenant-column"),
      (["id", "controller", "started"], nil, "the query gives no tenants"),
    ] as [([String], [PredicateValue]?, String)])
  func `an answer that does not make tenants is refused`(columns: [String], row: [PredicateValue]?, words: String) throws {
    let text = entry("    query: {database: sqlite:admin.db, sql: SELECT 1}\n    store: \"sqlite:{id}.db\"")
    let sources = TenantSources(names: { _ in nil }, rows: { _, _ in TenantRows(columns: columns, rows: row.map { [$0] } ?? []) })
    let complaints = complaints(text, sources)
    #expect(complaints.contains { $0.description.contains(words) }, "\(complaints)")
    #expect(!complaints.isEmpty && complaints.allSatisfy { (9...13).contains($0.line) })
  }

  @Test func `tenants of several entries share no name and no store`() throws {
    let text = entry(
      """
          pattern: t/*.db
      \(controller)
        - {id: a, controller: {name: c}, agreement: sample, map: sample, contract: {started: 2020-01-01}, store: "sqlite:t/b.db"}
      """)
    let complaints = complaints(text, files(["t/": ["a.db", "b.db"]]))
    #expect(complaints.contains { $0.found == "a" && $0.expected.contains("stands twice") })
    #expect(complaints.contains { $0.expected.contains("tenant 'b' has the same store") })
  }
}
