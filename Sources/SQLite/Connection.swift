internal import CSQLite

/// An open database. Owns the handle of SQLite and closes it at the end of its life.
///
/// One thread uses it at a time. Statements, rows and transactions borrow it: the compiler refuses them after its end.
@safe public struct Connection: ~Copyable {
  /// How a file is opened.
  public enum Mode: Sendable {
    /// Nothing can be written; a missing file is an error. A database in WAL mode still gets its `-wal` and `-shm` files.
    case readOnly
    /// Reads and writes; a missing file is an error.
    case readWrite
    /// Reads and writes; a missing file is made.
    case create
  }

  let handle: OpaquePointer

  /// Opens the file at `path`, which is always taken as a file name: neither `:memory:` nor `file:` URIs mean anything special.
  ///
  /// The schema is read once, so that a file that is no database, is damaged or is locked is refused here.
  /// In SQL of this connection a double-quoted name is never taken for a string.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - mode: what may be done with it.
  ///   - busyTimeout: how long a statement waits for the lock of another connection before it fails as busy.
  public init(path: String, mode: Mode, busyTimeout: Duration = .zero) throws(SQLiteError) {
    self = try Self.opened(path, mode, busyTimeout)
  }

  private init(owning handle: OpaquePointer) {
    unsafe self.handle = handle
  }

  deinit {
    // close_v2 cannot fail, and nothing can be left open: all that borrows has ended before.
    unsafe sqlite3_close_v2(handle)
  }

  private static func opened(_ path: String, _ mode: Mode, _ busyTimeout: Duration) throws(SQLiteError) -> Connection {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw SQLiteError(.cannotOpen, .open, message: "a path is neither empty nor contains NUL")
    }
    let access =
      switch mode {
      case .readOnly: SQLITE_OPEN_READONLY
      case .readWrite: SQLITE_OPEN_READWRITE
      case .create: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
      }
    var opened: OpaquePointer?
    let file = path.hasPrefix("/") ? path : "./" + path
    let code = unsafe sqlite3_open_v2(file, &opened, access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
    // A failed open still gives a handle, which holds the message and must be closed.
    guard let opened = unsafe opened else { throw SQLiteError(.noMemory, .open, message: ResultCode.noMemory.meaning) }
    let connection = unsafe Connection(owning: opened)
    guard code == SQLITE_OK else { throw unsafe .last(code, .open, connection: opened) }
    unsafe sqlite3_busy_timeout(opened, busyTimeout.wholeMilliseconds)
    unsafe wis_sqlite3_refuse_quoted_strings(opened)
    try connection.readSchema()
    return connection
  }

  private borrowing func readSchema() throws(SQLiteError) {
    do {
      var statement = try prepare("SELECT 1 FROM sqlite_schema LIMIT 1")
      _ = try statement.next()
    } catch {
      throw SQLiteError(error.code, .open, message: error.message)
    }
  }
}

extension Connection {
  /// Whether nothing can be written, by the mode it was opened in or by the file's permissions.
  public var isReadOnly: Bool { unsafe sqlite3_db_readonly(handle, "main") == 1 }

  /// Whether a transaction is open.
  public var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

  /// Rows that the last INSERT, UPDATE or DELETE changed itself, without triggers and foreign key actions.
  public var changes: Int { Int(unsafe sqlite3_changes64(handle)) }

  /// Rows changed since the connection was opened, triggers and foreign key actions included.
  public var totalChanges: Int { Int(unsafe sqlite3_total_changes64(handle)) }

  /// The rowid of the last successful INSERT.
  public var lastInsertedRowID: Int64 { unsafe sqlite3_last_insert_rowid(handle) }
}

extension Duration {
  var wholeMilliseconds: Int32 {
    let (seconds, attoseconds) = components
    return Int32(clamping: seconds.multipliedReportingOverflow(by: 1000).partialValue + attoseconds / 1_000_000_000_000_000)
  }
}
