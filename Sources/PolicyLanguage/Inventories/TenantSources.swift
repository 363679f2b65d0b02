public import Retention

/// How to look into the places that an inventory takes tenants from. Errors are told by their description.
public struct TenantSources: Sendable {
  /// The names of what lies in a folder; nil when there is no such folder.
  let names: @Sendable (_ folder: String) throws -> [String]?
  /// What a query on a database answers.
  let rows: @Sendable (_ sql: String, _ database: StoreLocation.Database) throws -> TenantRows

  /// Sources that are looked into by these functions.
  public init(
    names: @escaping @Sendable (_ folder: String) throws -> [String]?,
    rows: @escaping @Sendable (_ sql: String, _ database: StoreLocation.Database) throws -> TenantRows
  ) {
    self.names = names
    self.rows = rows
  }
}
