import PolicyLanguage
import Retention

/// A file that the schema and the parser must judge alike.
struct SchemaSample {
  let schema: String
  let text: String
  let isBad: Bool

  /// Whether the parser refuses the text.
  var parserRefuses: Bool {
    do throws(PolicyError) {
      switch schema {
      case "agreement": _ = try readAgreement(text)
      case "map": _ = try readMap(text)
      case "statutory": _ = try StatutoryLibrary.read(text, file: "nl.yaml")
      default: _ = try readInventory(text, Self.sources)
      }
      return false
    } catch {
      return true
    }
  }

  static let all = rules + requests + maps + references + inventories + entries + statutes

  private static func samples(_ schema: String, good: [String], bad: [String], in make: (String) -> String) -> [SchemaSample] {
    good.map { SchemaSample(schema: schema, text: make($0), isBad: false) }
      + bad.map { SchemaSample(schema: schema, text: make($0), isBad: true) }
  }

  private static let rules = samples(
    "agreement",
    good: [
      "keep-for: P7Y, counted-from: end-of-fiscal-year, clock: period-end, force: [duty, limit], ground: nl/awr-52",
      "keep-until: request", "keep-for: P52W, counted-from: employment-end, force: [limit], binds: controller",
    ],
    bad: [
      "keep-for: P7Y, counted-from: clock", "keep-for: 7Y, counted-from: clock, force: [duty]",
      "keep-for: P, counted-from: clock, force: [duty]",
      "keep-for: P1Y2W, counted-from: clock, force: [duty]", "keep-for: PT7H, counted-from: clock, force: [duty]",
      "counted-from: clock, force: [duty]", "keep-for: P7Y, force: [duty]", "keep-for: P7Y, counted-from: clock, force: []",
      "keep-for: P7Y, counted-from: clock, force: [duty, duty]", "keep-for: P7Y, counted-from: end-of-month, force: [duty]",
      "keep-for: P7Y, counted-from: clock, clock: hired, force: [duty]", "keep-until: request, force: [duty]", "keep-until: later",
      "keep-for: P7Y, counted-from: clock, force: [duty], ground: awr-52", "keep-for: P7Y, counted-from: clock, force: [duty], extra: x",
      "keep-for: P7Y, counted-from: clock, force: [duty], binds: nobody",
    ]
  ) { agreement(retention: "  - {rule: a, clause: \"1\", applies-to: all, \($0)}") }

  private static let requests = samples(
    "agreement",
    good: [
      "action: return, from: controller, nature: raw, within: PT48H", "action: erase, from: controller, form: written, lifts: [a]",
      "action: erase, from: controller, about: tenant, after: end-of-contract, asks-back: true",
      "action: inform, from: controller, about: subject",
    ],
    bad: [
      "action: erase, from: anybody", "action: inform, from: controller, nature: raw", "action: restrict, from: controller, lifts: [a]",
      "action: erase, from: controller, about: everyone", "action: erase, from: controller, after: a while",
      "action: inform, from: controller, asks-back: true", "action: erase, from: controller, asks-back: \"yes\"",
      "action: erase, from: controller, within: P1M, by-law: nl/gdpr-12-3", "action: erase, from: controller, by-law: gdpr-12-3",
      "action: erase, from: controller, within: 30", "action: erase, from: controller, form: spoken",
      "action: return, from: controller, fee: {clause: \"1\", amount: 300.00, currency: EUR}",
    ]
  ) { rest in
    agreement(
      retention: "  - {rule: a, clause: \"1\", applies-to: all, keep-for: P7Y, counted-from: clock, force: [duty]}",
      "on-request: [{rule: b, clause: \"2\", \(rest)}]")
  }

  private static let maps = samples(
    "map",
    good: [
      "{category: none}", "{category: a, clock: {end: c}, partitions: drop}",
      "{category: a, clock: {end: c}, when-restricted: {set: {b: true, s: shut}}}",
      "{category: a, clock: {end: {column: c, as: utc, when-null: ongoing}}, columns: {x: b, z: {nature: derived}}}",
      "{category: a, clock: {end: c}, variants: [{rows: {not: {column: c, is: null}}, category: b}]}",
      "{category: a, clock: {end: c}, files: {root: r, path: p}}",
      "{category: a, clock: {end: c}, files: [{root: r, path: p}, {root: r, path: q}]}",
    ],
    bad: [
      "{category: a}", "{}", "{category: none, clock: {end: c}}", "{category: a, clock: {clock: c}}",
      "{category: a, clock: {end-of-it: c}}",
      "{category: a, clock: {}}", "{category: a, clock: {end: c}, lives-with: [t]}", "{category: a, clock: {end: 7}}",
      "{category: a, clock: {end: c}, variants: [{rows: {column: c}, category: b}]}",
      "{category: a, clock: {end: c}, variants: [{rows: {sql: 1 = 1}, category: b}]}", "{category: A b, clock: {end: c}}",
      "{category: a, clock: {end: c}, nature: cooked}", "{category: a, clock: {end: c}, columns: {x: 7}}",
      "{category: a, clock: {end: c}, when-still-needed: {blank: {x: 1}}}", "{category: a, clock: {end: c}, key: []}",
      "{category: a, clock: {end: c}, when-restricted: {set: {}}}", "{category: a, clock: {end: c}, when-restricted: {set: {b: null}}}",
      "{category: none, when-restricted: {set: {b: 1}}}", "{category: none, partitions: drop}",
      "{category: a, clock: {end: c}, partitions: detach}", "{category: a, clock: {end: c}, files: []}",
      "{category: a, clock: {end: c}, files: [{root: r, path: p}, {root: r, path: p}]}",
      "{category: a, clock: {end: c}, files: [p]}", "{category: a, clock: {end: c}, files: [{root: r}]}",
    ]
  ) { "map: m\ntables:\n  t: \($0)" }

  private static let references = samples(
    "map",
    good: [
      "{from: t.a, to: t.b}", "{from: t.a, to: t.b, when: {column: c, is: x}}",
      "{from: t.a, to: t.b, when: {column: c, in: [1, null]}}",
    ],
    bad: [
      "{from: t.a}", "{from: t.a, to: t.b, when: {column: c}}", "{from: t.a, to: t.b, when: {column: c, is: x, in: [y]}}",
      "{from: t.a, to: t.b, when: {column: c, before: 2024-01-01}}", "{from: t.a, to: t.b, when: {not: {column: c, is: x}}}",
    ]
  ) { "map: m\ntables:\n  t: {category: none}\nreferences:\n  - \($0)" }

  private static let inventories = samples(
    "inventory",
    good: [
      "store: sqlite:a.db", "store: postgres:postgresql:///x, schema: s",
      "store: \"postgres:dbname=x\", tenant-column: {column: c, value: 7}", "store: sqlite:a.db, may-instruct: [head of HR]",
      "store: sqlite:a.db, backups: [{name: b, kept-for: P30D, path: \"/b/{date}/*.db\"}]",
      "store: sqlite:a.db, backups: [{name: b, kept-for: P30D, command: [/bin/list, b]}]",
    ],
    bad: [
      "store: a.db", "store: sqlite:a.db, schema: s", "id2: x, store: sqlite:a.db",
      "store: sqlite:a.db, tenant-column: {column: c, value: null}",
      "store: sqlite:a.db, backups: [{name: b, kept-for: 30 days}]", "store: sqlite:a.db, retention: [{rule: r}]",
      "store: sqlite:a.db, fiscal-year-starts: 1-1", "store: sqlite:a.db, may-instruct: []",
      "store: sqlite:a.db, backups: [{name: b, kept-for: P30D, path: \"/b/{day}.db\"}]",
      "store: sqlite:a.db, backups: [{name: b, kept-for: P30D, path: /b/}]",
      "store: sqlite:a.db, backups: [{name: b, kept-for: P30D, path: \"/b/{date}{date}\"}]",
      "store: sqlite:a.db, backups: [{name: b, kept-for: P30D, command: list}]",
      "store: sqlite:a.db, backups: [{name: b, kept-for: P30D, command: [list]}]",
      "store: sqlite:a.db, backups: [{name: b, kept-for: P30D, command: []}]",
      "store: sqlite:a.db, backups: [{name: b, kept-for: P30D, path: /b, command: [/bin/list]}]",
    ]
  ) { rest in
    """
    node: node-1
    issuer: {name: i}
    state: s
    keys: k
    trust: t
    log: {folder: f, origin: wis.example/log}
    policies: p
    tenants:
      - {id: a, controller: {name: c, kvk: "12345678"}, agreement: x, map: m, contract: {started: 2020-01-01}, \(rest)}
    """
  }

  /// A folder with two files, and an administration with one customer.
  private static let sources = TenantSources(
    names: { $0 == "tenants" || $0 == "tenants/" ? ["a.db", "b.db"] : nil },
    rows: { _, _ in TenantRows(columns: ["id", "tenant_value"], rows: [[.text("q"), .integer(7)]]) })

  private static let entries = samples(
    "inventory",
    good: [
      "pattern: \"tenants/*.db\"", "pattern: \"tenants/*.db\", file-roots: {x: \"files/{id}\"}",
      "query: {database: sqlite:a.db, sql: SELECT 1}, store: \"sqlite:{id}.db\", tenant-column: {column: c}",
    ],
    bad: [
      "pattern: tenants/a.db", "pattern: \"tenants/*/*.db\"", "pattern: \"tenants/*.db\", id: a",
      "pattern: \"tenants/*.db\", store: sqlite:a.db",
      "pattern: \"tenants/*.db\", schema: s", "pattern: \"tenants/*.db\", tenant-column: {column: c}",
      "query: {database: sqlite:a.db}, store: sqlite:b.db, tenant-column: {column: c}",
      "query: {database: a.db, sql: SELECT 1}, store: sqlite:b.db, tenant-column: {column: c}",
      "query: SELECT 1, store: sqlite:b.db",
      "query: {database: sqlite:a.db, sql: SELECT 1}, id: a, store: sqlite:b.db, tenant-column: {column: c}",
    ]
  ) { rest in
    """
    node: node-1
    issuer: {name: i}
    state: s
    keys: k
    trust: t
    log: {folder: f, origin: wis.example/log}
    policies: p
    tenants:
      - {controller: {name: c, kvk: "12345678"}, agreement: x, map: m, contract: {started: 2020-01-01}, \(rest)}
    """
  }

  private static let statutes = samples(
    "statutory", good: ["verified: true, binds: controller"],
    bad: ["verified: yes, binds: controller", "verified: \"true\", binds: controller", "binds: controller", "verified: true"]
  ) { "library: nl\nstatutes: [{statute: a, title: t, article: a, source: s, keep-for: P7Y, counted-from: clock, force: [duty], \($0)}]" }
}
