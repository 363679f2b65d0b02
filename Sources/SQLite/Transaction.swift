internal import CSQLite

/// How a transaction begins (https://www.sqlite.org/lang_transaction.html).
public enum TransactionKind: String, Sendable {
  /// Takes locks when they are first needed.
  case deferred = "BEGIN DEFERRED"
  /// Takes the write lock at once; others may still read.
  case immediate = "BEGIN IMMEDIATE"
  /// Keeps all others out, except readers of a database in WAL mode.
  case exclusive = "BEGIN EXCLUSIVE"
  /// Sees the database as it is now until the end.
  case snapshot = "BEGIN"
}

/// An open transaction. Ends with `commit`; when its life ends without one, it is rolled back.
@safe public struct Transaction: ~Copyable, ~Escapable {
  private let connection: OpaquePointer
  private var isOpen = true

  @_lifetime(borrow connection)
  fileprivate init(on connection: borrowing Connection) {
    unsafe self.connection = connection.handle
  }

  /// Makes the changes durable. When that fails, for example as busy, they are rolled back and the error is thrown.
  public consuming func commit() throws(SQLiteError) {
    let code = unsafe sqlite3_exec(connection, "COMMIT", nil, nil, nil)
    guard code == SQLITE_OK else { throw unsafe .last(code, .step, connection: connection, statement: "COMMIT") }
    isOpen = false
  }

  deinit {
    // Some errors roll back by themselves; a ROLLBACK can then only fail by finding nothing to do.
    guard isOpen, unsafe sqlite3_get_autocommit(connection) == 0 else { return }
    unsafe sqlite3_exec(connection, "ROLLBACK", nil, nil, nil)
  }
}

extension Connection {
  /// Begins a transaction. There is one at a time.
  @_lifetime(borrow self)
  public borrowing func begin(_ kind: TransactionKind) throws(SQLiteError) -> Transaction {
    guard !isInTransaction else {
      throw SQLiteError(.misuse, .step, message: "a transaction is already open", statement: kind.rawValue)
    }
    try execute(kind.rawValue)
    let transaction = Transaction(on: self)
    // BEGIN alone reads nothing; the first read fixes what a snapshot sees.
    if kind == .snapshot { try execute("SELECT 1 FROM sqlite_schema LIMIT 1") }
    return transaction
  }

  /// Runs `body` in a transaction: committed when it returns, rolled back when it throws. The error of `body` is kept.
  @discardableResult
  public borrowing func transaction<Returned: ~Copyable>(_ kind: TransactionKind, _ body: () throws -> Returned) throws -> Returned {
    let transaction = try begin(kind)
    let result = try body()
    try transaction.commit()
    return result
  }
}
