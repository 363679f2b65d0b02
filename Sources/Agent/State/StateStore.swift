import Retention
import SQLite

/// The agent's own memory: plans, runs, journal, holds, certificates and the log's entries. It never holds personal data.
///
/// A SQLite file in WAL mode with full synchronisation: what a method wrote is on disk when it returns. The statements
/// keep to what PostgreSQL understands too, so that a fleet can share one.
public final class StateStore {
  let database: SQLite.Connection
  /// Where the file is.
  public let path: String

  /// The version of the tables below; a store of another version is refused.
  static let version = "3"

  private static let tables = """
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE plans (
      digest TEXT PRIMARY KEY, tenant TEXT NOT NULL, as_of TEXT NOT NULL, document TEXT NOT NULL, made_at TEXT NOT NULL,
      state TEXT NOT NULL, request TEXT);
    CREATE TABLE approvals (digest TEXT NOT NULL, role TEXT NOT NULL, approver TEXT NOT NULL, approved_at TEXT NOT NULL);
    CREATE TABLE runs (
      id BIGINT PRIMARY KEY, tenant TEXT NOT NULL, digest TEXT NOT NULL, started_at TEXT NOT NULL, state TEXT NOT NULL,
      planned TEXT NOT NULL);
    CREATE TABLE batches (
      id BIGINT PRIMARY KEY, run_id BIGINT NOT NULL, table_name TEXT NOT NULL, category TEXT NOT NULL, action TEXT NOT NULL,
      row_count BIGINT NOT NULL, state TEXT NOT NULL);
    CREATE TABLE frozen_keys (batch_id BIGINT PRIMARY KEY, sealed TEXT NOT NULL);
    CREATE INDEX batches_by_run ON batches (run_id);
    CREATE TABLE holds (
      id TEXT PRIMARY KEY, tenant TEXT NOT NULL, table_name TEXT, reason TEXT NOT NULL, until_day TEXT, placed_at TEXT NOT NULL,
      released_at TEXT, identifier TEXT, sealed TEXT, key_name TEXT, law TEXT, clause TEXT, binds TEXT NOT NULL,
      released_by TEXT, release_reason TEXT);
    CREATE TABLE requests (
      number BIGINT PRIMARY KEY, tenant TEXT NOT NULL, asker TEXT NOT NULL, role TEXT, wanted TEXT NOT NULL, about TEXT NOT NULL,
      received_at BIGINT NOT NULL, received_on TEXT NOT NULL, written_at BIGINT, written_on TEXT, answer TEXT, is_oral BIGINT NOT NULL,
      reference TEXT, identifier TEXT, sealed TEXT, key_name TEXT, evidence TEXT, answer_evidence TEXT, state TEXT NOT NULL,
      closed_at TEXT, remainder TEXT, possible_from TEXT);
    CREATE TABLE certificates (
      id TEXT PRIMARY KEY, tenant TEXT NOT NULL, run_id BIGINT NOT NULL UNIQUE, issued_at TEXT NOT NULL, jws TEXT NOT NULL,
      leaf_index BIGINT NOT NULL UNIQUE, released_at TEXT, follows TEXT, settled_at TEXT);
    CREATE TABLE tombstones (
      batch_id BIGINT NOT NULL, run_id BIGINT NOT NULL, tenant TEXT NOT NULL, table_name TEXT NOT NULL, category TEXT NOT NULL,
      action TEXT NOT NULL, columns TEXT NOT NULL, key_mark TEXT NOT NULL, row_mark TEXT NOT NULL);
    CREATE INDEX tombstones_by_tenant ON tombstones (tenant, batch_id);
    CREATE TABLE withdrawals (
      certificate TEXT PRIMARY KEY, reason TEXT NOT NULL, withdrawn_at TEXT NOT NULL, jws TEXT NOT NULL,
      leaf_index BIGINT NOT NULL UNIQUE, published_at TEXT);
    CREATE TABLE notices (
      id BIGINT PRIMARY KEY, tenant TEXT NOT NULL, processor TEXT NOT NULL, certificate TEXT, reference TEXT, made_at TEXT NOT NULL,
      delivery TEXT NOT NULL);
    CREATE TABLE confirmations (
      id BIGINT PRIMARY KEY, tenant TEXT NOT NULL, processor TEXT NOT NULL, certificate TEXT, evidence TEXT NOT NULL,
      confirmed_at TEXT NOT NULL);
    CREATE TABLE offboardings (
      number BIGINT PRIMARY KEY, tenant TEXT NOT NULL, kind TEXT NOT NULL, recorded_at TEXT NOT NULL, facts TEXT NOT NULL);
    CREATE INDEX offboardings_by_tenant ON offboardings (tenant, number);
    CREATE TABLE leaves (leaf_index BIGINT PRIMARY KEY, leaf TEXT NOT NULL);
    CREATE TABLE checkpoints (tree_size BIGINT PRIMARY KEY, note TEXT NOT NULL, signed_at TEXT NOT NULL);
    CREATE TABLE tenants (
      id TEXT PRIMARY KEY, last_run_at TEXT NOT NULL, result TEXT NOT NULL, policy TEXT, oldest_due TEXT, counts TEXT NOT NULL);
    """

  /// Opens the store, or makes it when `create` says so and there is none.
  public init(path: String, create: Bool) throws(AgentError) {
    self.path = path
    do {
      database = try SQLite.Connection(path: path, mode: create ? .create : .readWrite, busyTimeout: .seconds(30))
      try database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON")
      if create, try database.integer("SELECT count(*) FROM sqlite_schema") == 0 {
        try database.execute("BEGIN IMMEDIATE;\(Self.tables)INSERT INTO meta VALUES ('version', '\(Self.version)');COMMIT")
      }
    } catch {
      throw .state(path: path, error)
    }
    let found = try value(of: "version")
    guard found == Self.version else { throw .stateVersion(path: path, found: found ?? "none") }
  }

  /// Speaks to the database and gives its errors this module's type.
  func speaking<Result>(_ body: (borrowing SQLite.Connection) throws(SQLiteError) -> Result) throws(AgentError) -> Result {
    do { return try body(database) } catch { throw .state(path: path, error) }
  }

  /// Does several things at once or not at all.
  func atomically<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try database.transaction(.immediate, body)
    } catch let error as SQLiteError {
      throw AgentError.state(path: path, error)
    }
  }

  /// The next free number in a table's first column.
  func nextNumber(_ column: String, in table: String) throws(AgentError) -> Int64 {
    try speaking { database throws(SQLiteError) in try database.integer("SELECT coalesce(max(\(column)), 0) + 1 FROM \(table)") }
  }

  /// A value that was remembered under a name.
  public func value(of name: String) throws(AgentError) -> String? {
    try speaking { database throws(SQLiteError) in try database.text("SELECT value FROM meta WHERE name = ?", [.text(name)]) }
  }

  /// Remembers a value under a name.
  public func remember(_ value: String, as name: String) throws(AgentError) {
    try speaking { database throws(SQLiteError) in
      _ = try database.run(
        "INSERT INTO meta VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value", [.text(name), .text(value)])
    }
  }
}

extension SQLite.Value {
  /// A text or NULL.
  init(_ text: String?) { self = text.map(SQLite.Value.text) ?? .null }
}
