import PolicyLanguage
import Retention

/// A small library for tests.
let sampleStatutes = """
  library: nl
  statutes:
    - {statute: awr-52, title: t, article: AWR art. 52, source: s, verified: true, keep-for: P7Y, counted-from: end-of-fiscal-year,
       force: [duty], binds: controller}
    - {statute: atb, title: t, article: ATB art. 3, source: s, verified: true, keep-for: P52W, counted-from: clock, force: [duty],
       binds: controller}
    - {statute: ap-file, title: t, article: AP, source: s, verified: false, keep-for: P2Y, counted-from: clock, force: [limit],
       binds: controller}
  """

/// Reads an agreement with the sample statutes.
func readAgreement(_ text: String) throws(PolicyError) -> PolicyFile<Agreement> {
  let library = try StatutoryLibrary.read(sampleStatutes, file: "nl.yaml").content
  return try Agreement.read(text, file: "agreement.yaml") { $0 == "nl" ? library : nil }
}

/// Reads a data map.
func readMap(_ text: String) throws(PolicyError) -> PolicyFile<DataMap> { try DataMap.read(text, file: "map.yaml") }

extension TenantSources {
  /// Nothing to look into.
  static let none = TenantSources(names: { _ in nil }, rows: { _, _ in TenantRows(columns: [], rows: []) })
}

/// Reads an inventory with the sample statutes.
func readInventory(_ text: String) throws(PolicyError) -> PolicyFile<Inventory> { try readInventory(text, .none) }

/// Reads an inventory whose tenants come from elsewhere.
func readInventory(_ text: String, _ sources: TenantSources) throws(PolicyError) -> PolicyFile<Inventory> {
  let library = try StatutoryLibrary.read(sampleStatutes, file: "nl.yaml").content
  return try Inventory.read(text, file: "wis.yaml", sources: sources) { _, name in name == "nl" ? library : nil }
}

/// An agreement with these retention rules and whatever follows them.
func agreement(retention: String, _ rest: String = "") -> String {
  """
  agreement: sample
  title: Sample
  source: {document: a.txt, version: first}
  time-zone: Europe/Amsterdam
  fiscal-year-starts: "01-01"
  retention:
  \(retention)
  \(rest)
  """
}

/// An inventory with one tenant, whose keys from `store` on are given.
func inventory(tenant: String, _ brakes: String = "") -> String {
  """
  node: node-1
  issuer: {name: Vendor B.V., kvk: "12345678"}
  state: state.db
  keys: keys
  trust: trust
  log: {folder: log, origin: wis.example/log}
  policies: policies
  \(brakes)
  tenants:
    - id: acme
      controller: {name: Acme B.V.}
      agreement: sample
      map: sample
      contract: {started: 2020-01-01}
  \(tenant)
  """
}
