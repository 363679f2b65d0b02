import Evidence
import SQLite

/// Keeps a second agent of this node away from a tenant while one works on it.
///
/// An exclusive transaction on a small database file of its own: the system ends it with the process, however that ends.
final class TenantLock {
  private let database: SQLite.Connection

  /// Takes the lock, or says that another agent has it.
  init(on tenant: String, of node: Node) throws {
    let folder = "\(node.home)/locks"
    try DurableFile.makeFolder(folder, mode: 0o700)
    let path = "\(folder)/\(tenant).lock"
    do throws(SQLiteError) {
      database = try SQLite.Connection(path: path, mode: .create)
      try database.execute("BEGIN EXCLUSIVE")
    } catch {
      throw error.isBusy ? AgentError.tenantBusy(tenant: tenant) : AgentError.state(path: path, error)
    }
  }
}
