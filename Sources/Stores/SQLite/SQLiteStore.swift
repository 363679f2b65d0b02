public import Retention
import SQLite

/// A tenant's data in a SQLite file.
public final class SQLiteStore: TenantStore {
  /// `SQLite` with the version of the library.
  public let engine: String
  let database: SQLite.Connection
  let dialect: SQLiteDialect
  /// How many rows triggers changed beside those of the steps, by the table that has the triggers.
  public internal(set) var changedByTriggers: [String: Int] = [:]
  /// None: SQLite has no partitions.
  public var partitions: [String: PartitionCount] { [:] }
  let path: String
  let busyTimeout: Duration
  /// Full-text tables whose rows a data map decides about: what stands in kept rows of these lives on.
  let fullText: Set<String>
  /// Whether the journal of the last batch stays beside the file until this connection ends.
  private let keepsJournal: Bool

  /// How a store is opened.
  public enum Access: Sendable {
    /// Nothing can be changed through it.
    case readOnly
    case readWrite
  }

  /// Opens the file. A missing file is an error, never a new database. Of full-text tables that are not named in `fullText` a search
  /// for residue takes the rows for copies of others.
  public init(
    path: String, access: Access, zone: ZoneRules, fullText: Set<String> = [], busyTimeout: Duration = .seconds(10)
  ) throws(StoreError) {
    self.path = path
    self.fullText = fullText
    self.busyTimeout = busyTimeout
    do {
      // SQLite's own read-only mode leaves `-wal` and `-shm` beside a database in WAL mode, because only a connection
      // that may write removes them when it closes (https://www.sqlite.org/wal.html#readonly), and cannot recover a hot journal.
      database = try SQLite.Connection(path: path, mode: .readWrite, busyTimeout: busyTimeout)
      if access == .readOnly { try database.execute("PRAGMA query_only = ON") }
      // Orphans and cascades are excluded by the steps' own conditions; enforcement makes the database check them too.
      try database.execute("PRAGMA foreign_keys = ON; PRAGMA temp_store = FILE; PRAGMA secure_delete = ON")
      // What a batch committed must not come back after a power cut. Where the commit is the removal of the journal, only EXTRA
      // has it on the disk (https://www.sqlite.org/pragma.html#pragma_synchronous).
      try database.execute("PRAGMA synchronous = EXTRA")
      // To make and remove a journal for each batch changes the folder each time, which waits for whatever else the disk does.
      let mode = try database.text("PRAGMA journal_mode")
      keepsJournal = access == .readWrite && mode == "delete"
      if keepsJournal { try database.execute("PRAGMA journal_mode = PERSIST") }
      // With the standard cache of 2 MiB, an index whose pages do not fit is written again for almost every row. The cache also
      // bounds what sorting takes.
      try database.execute("PRAGMA cache_size = -8192")
      try database.define(SQLiteDialect.dayFunction, as: SQLiteDialect.isDay)
      try database.registerRowHash()
      engine = "SQLite \(try database.text("SELECT sqlite_version()") ?? "")"
      dialect = SQLiteDialect(zone: zone, fullText: Set(try SQLiteFullText.all(database)))
    } catch {
      throw .sqlite(error)
    }
  }

  deinit {
    guard keepsJournal else { return }
    // SQLite removes the journal when the mode changes. Where another writes just now, that one removes it; and where nobody
    // does, its header is empty, and the next agent does it. A deinit has nobody to tell.
    _ = try? database.execute("PRAGMA journal_mode = DELETE")
  }

  /// Nil: a file has no clock but the node's.
  public func serverClock() -> Instant? { nil }

  /// True: what a killed process did to a file ends with it, and the node's own lock keeps agents apart.
  public func claim(_ tenant: String) -> Bool { true }

  /// The tables and views of the file.
  public func schema() throws(StoreError) -> Schema {
    try speaking { database throws(SQLiteError) in try SQLiteSchemaReader.schema(of: database) }.withPlainNames()
  }

  /// Runs a body that speaks to SQLite, and gives its errors this module's type.
  func speaking<Result>(_ body: (borrowing SQLite.Connection) throws(SQLiteError) -> Result) throws(StoreError) -> Result {
    do { return try body(database) } catch { throw .sqlite(error) }
  }

  /// The error of a transaction whose body speaks this module's language.
  func storeError(_ error: any Error) -> StoreError {
    if let error = error as? StoreError { return error }
    guard let error = error as? SQLiteError else { preconditionFailure("a store's transaction throws the store's errors") }
    return .sqlite(error)
  }

  /// The SQL of a condition on a table with its parameters.
  func render(_ condition: Condition, on table: String) throws(StoreError) -> (sql: String, values: [SQLite.Value]) {
    var renderer = ConditionRenderer(dialect: dialect)
    let sql = try renderer.sql(condition, on: table)
    return (sql, renderer.constants.map(SQLite.Value.init))
  }
}

extension SQLite.Value {
  init(_ constant: Constant) {
    self =
      switch constant {
      case .null: .null
      case .boolean(let value): .integer(value ? 1 : 0)
      case .integer(let value): .integer(value)
      case .text(let value): .text(value)
      }
  }
}
