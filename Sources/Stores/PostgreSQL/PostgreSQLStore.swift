import PostgreSQL
public import Retention

/// A tenant's data in a PostgreSQL database: all of it, one schema of it, or some rows of shared tables.
public final class PostgreSQLStore: TenantStore {
  /// `PostgreSQL` with the version of the server.
  public let engine: String
  let database: PostgreSQL.Connection
  let catalog: PostgreSQLCatalog
  let dialect: PostgreSQLDialect
  let access: Access
  /// How another session like this one is made.
  let another: (url: String, options: PostgreSQL.Options)
  /// How many rows triggers changed beside those of the steps, by the table that has the triggers.
  public internal(set) var changedByTriggers: [String: Int] = [:]
  /// What became of partitions of which every row was due.
  public internal(set) var partitions: [String: PartitionCount] = [:]

  /// How a store is opened.
  public enum Access: Sendable {
    /// The server refuses every change.
    case readOnly
    case readWrite
  }

  /// Connects and reads the catalog.
  public init(url: String, schema: String?, access: Access, zone: ZoneRules) throws(StoreError) {
    var options = PostgreSQL.Options()
    options.isReadOnly = access == .readOnly
    self.access = access
    // With row security on, rows that the role may not see would silently count as absent; off, the server refuses.
    options.rowSecurity = false
    options.lockTimeout = .seconds(10)
    options.searchPath = ["pg_catalog"]
    another = (url, options)
    let exists: Bool
    do {
      database = try PostgreSQL.Connection(url: url, options: options)
      // Compiling the long conditions of a census took seconds where running them took milliseconds.
      try database.execute("SET jit = off")
      engine = "PostgreSQL \(try database.text("SHOW server_version")?.split(separator: " ").first ?? "")"
      catalog = try PostgreSQLCatalog(of: database, schema: schema)
      exists = try database.integer("SELECT count(*) FROM pg_namespace WHERE nspname = $1", [.text(schema ?? "public")]) == 1
    } catch {
      throw .postgreSQL(error)
    }
    guard exists else { throw .noSchema(schema ?? "public") }
    _ = try catalog.schema.withPlainNames()
    // The tenant's own triggers may name its tables without a schema, as they do when the application works.
    if access == .readWrite {
      do {
        try database.execute("SET search_path = pg_catalog, \(try quoted(schema ?? "public"))")
        // What a batch committed must not come back when the server crashes: the journal and the certificate count on it.
        try database.execute(
          "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'")
      } catch {
        throw .postgreSQL(error)
      }
    }
    dialect = PostgreSQLDialect(zone: zone, catalog: catalog)
  }

  /// The clock of the server.
  public func serverClock() throws(StoreError) -> Instant? {
    try speaking { database throws(PostgreSQLError) in
      Instant(seconds: Int(try database.integer("SELECT extract(epoch FROM clock_timestamp())::bigint")))
    }
  }

  /// Takes an advisory lock that the server keeps as long as the session lives.
  public func claim(_ tenant: String) throws(StoreError) -> Bool {
    try speaking { database throws(PostgreSQLError) in
      try database.integer("SELECT pg_try_advisory_lock(hashtextextended('wis tenant ' || $1, 0))::int", [.text(tenant)]) == 1
    }
  }

  /// The tables and views, as they were when the store was opened.
  public func schema() -> Schema { catalog.schema }

  /// Runs a body that speaks to PostgreSQL, and gives its errors this module's type.
  func speaking<Result>(_ body: (borrowing PostgreSQL.Connection) throws(PostgreSQLError) -> Result) throws(StoreError) -> Result {
    do { return try body(database) } catch { throw .postgreSQL(error) }
  }

  /// The error of a transaction whose body speaks this module's language.
  func storeError(_ error: any Error) -> StoreError {
    if let error = error as? StoreError { return error }
    guard let error = error as? PostgreSQLError else { preconditionFailure("a store's transaction throws the store's errors") }
    return .postgreSQL(error)
  }
}

extension PostgreSQL.Value {
  /// Constants go as text without a type, so that the server takes the type of the column they are compared with.
  init(_ constant: Constant) {
    self =
      switch constant {
      case .null: .null
      case .boolean(let value): .text(value ? "true" : "false")
      case .integer(let value): .text(String(value))
      case .text(let value): .text(value)
      }
  }
}
