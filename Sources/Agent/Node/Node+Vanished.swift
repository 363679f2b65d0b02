import PolicyLanguage
import Retention

/// A tenant that runs have looked after and that the inventory has no more.
public struct VanishedTenant: Hashable, Sendable {
  /// Its name.
  public let id: String
  /// When it was last looked after.
  public let lastRunAt: String
}

extension Node {
  /// The tenants that are gone from the inventory: a file that was moved, a row that was removed, an entry that was taken
  /// out. What becomes of their data is nobody's business any more until a person says that it is meant.
  public func vanishedTenants() throws(AgentError) -> [VanishedTenant] {
    let present = Set(policy.tenants.map(\.tenant.id))
    return try state.knownTenants().filter { !present.contains($0.id) }.map { VanishedTenant(id: $0.id, lastRunAt: $0.lastRunAt) }
  }

  /// Stops telling that a tenant is gone. Refused for one that the inventory has, or whose run was interrupted.
  public func forget(_ tenant: String, because reason: String, by account: String) throws {
    let vanished = try vanishedTenants()
    guard vanished.contains(where: { $0.id == tenant }) else {
      throw AgentError.notVanished(tenant, vanished: vanished.map(\.id))
    }
    if let run = try state.openRun(of: tenant) { throw AgentError.unfinishedRun(tenant: tenant, run: run.id) }
    try state.forget(tenant, because: reason, by: account, at: now().description)
  }
}
