public import Enforcement
import Evidence
public import PolicyLanguage
public import Retention
public import Stores

/// One node at work: its inventory with the policies of its tenants, its state store, and the time.
public final class Node {
  /// What the node is told.
  public let policy: NodePolicy
  /// What it remembers.
  public let state: StateStore
  /// What time it is. Read at the edge, passed on as a value.
  public let now: () -> Instant
  /// The tenants as the inventory has them, by name.
  let listed: [String: TenantPolicy]
  /// The SHA-256 of every policy file that was read, by path.
  private let digests: [String: String]

  /// The inventory.
  public var inventory: Inventory { policy.inventory }

  /// Opens a node by its configuration file. Relative paths in it are taken from its own folder.
  public init(config: String, now: @escaping () -> Instant) throws {
    let loaded = try NodeFiles.load(config)
    self.policy = loaded.policy
    self.listed = Dictionary(loaded.policy.tenants.map { ($0.tenant.id, $0) }) { first, _ in first }
    self.digests = loaded.digests
    self.now = now
    self.state = try StateStore(path: loaded.policy.inventory.state, create: false)
  }

  /// The tenants with these names, or all of them; an unknown name is refused before anything is done.
  public func tenants(_ names: [String]) throws(AgentError) -> [TenantPolicy] {
    let tenants = try knownTenants()
    guard !names.isEmpty else { return tenants }
    let known = Dictionary(uniqueKeysWithValues: tenants.map { ($0.tenant.id, $0) })
    var found: [TenantPolicy] = []
    for name in names.uniqued() {
      guard let one = known[name] else { throw .unknownTenant(name, known: tenants.map(\.tenant.id)) }
      found.append(one)
    }
    return found
  }

  /// The files that a tenant's plan follows from.
  public func sources(of tenant: TenantPolicy) throws(AgentError) -> PlanDocument.Sources {
    func digest(_ folder: String, _ name: String) throws(AgentError) -> String {
      let path = "\(inventory.policies)/\(folder)/\(name).yaml"
      guard let digest = digests[path] else { throw .file(path: path, problem: "was not read") }
      return digest
    }
    return PlanDocument.Sources(
      agreement: try digest("agreements", tenant.agreement.name), map: try digest("maps", tenant.map.name))
  }

  /// Connects to a tenant's database.
  public func store(of tenant: TenantPolicy, access: Access) throws -> any TenantStore {
    let zone = try ZoneRules(named: tenant.agreement.timeZone, for: tenant.agreement.name)
    let location = tenant.tenant.store
    switch location.database {
    case .sqlite(let path):
      let decided = tenant.map.tables.filter { !$0.value.isImpersonal }
      return try SQLiteStore(
        path: path, access: access == .look ? .readOnly : .readWrite, zone: zone, fullText: Set(decided.keys))
    case .postgreSQL(let url):
      return try PostgreSQLStore(url: url, schema: location.schema, access: access == .look ? .readOnly : .readWrite, zone: zone)
    }
  }

  /// What a tenant's database is opened for.
  public enum Access: Sendable {
    /// Nothing can be changed.
    case look
    /// Rows may be erased and reduced.
    case change
  }

  /// Today's date in a tenant's time zone.
  public func today(of tenant: TenantPolicy) throws(AgentError) -> CivilDate {
    let zone = try ZoneRules(named: tenant.agreement.timeZone, for: tenant.agreement.name)
    guard let day = zone.day(now()) else { throw .file(path: "clock", problem: "shows a day outside the calendar") }
    return day
  }

  /// Looks at a tenant's data, changing nothing.
  public func look(at tenant: TenantPolicy, on day: CivilDate) throws -> Findings {
    let store = try store(of: tenant, access: .look)
    return try Findings(policy: tenant, store: store, today: day, holds: try openHolds(on: tenant.tenant.id))
  }

  /// The folder in which the node keeps what is its own beside the state store.
  public var home: String { NodeFiles.folder(of: inventory.state) }
}
