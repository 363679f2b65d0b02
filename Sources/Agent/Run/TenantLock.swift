import SQLite

/// Keeps a second agent of this node away from a tenant while one works on it.
///
/// An exclusive transaction on a small database file of its own: the system ends it with the process, however that ends.
final class TenantLock {
  private let database: SQLite.Connection

  /// Takes the lock, or says that another agent has it.
  init(on tenant: String, in folder: String) throws(AgentError) {
    let path = "\(folder)/\(tenant).lock"
    do {
      database = try SQLite.Connection(path: path, mode: .create)
      try database.execute("BEGIN EXCLUSIVE")
    } catch {
      throw error.isBusy ? .tenantBusy(tenant: tenant) : .state(path: path, error)
    }
  }
}
