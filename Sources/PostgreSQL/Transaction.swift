internal import CPostgreSQL

/// What a transaction sees of others (https://www.postgresql.org/docs/15/transaction-iso.html).
public enum Isolation: String, Sendable {
  /// Each statement sees what was committed before it began.
  case readCommitted = "READ COMMITTED"
  /// All statements see what was committed before the first of them.
  case repeatableRead = "REPEATABLE READ"
  /// As if transactions ran one after another; some must be run again.
  case serializable = "SERIALIZABLE"
}

/// An open transaction. Ends with `commit`; when its life ends without one, it is rolled back.
@safe public struct Transaction: ~Copyable, ~Escapable {
  private let connection: OpaquePointer
  private var isOpen = true

  @_lifetime(borrow connection)
  fileprivate init(on connection: borrowing Connection) {
    unsafe self.connection = connection.handle
  }

  /// Makes the changes durable.
  ///
  /// When the connection is lost on the way the outcome is unknown: `pg_xact_status` on another connection tells.
  /// Fails with `SQLState.inFailedTransaction` when an earlier failure had already undone it all.
  public consuming func commit() throws(PostgreSQLError) {
    let conversation = unsafe Conversation(connection, "COMMIT")
    try conversation.sendScript()
    let answer = try conversation.answer()
    // The server answers the COMMIT of a failed transaction without an error, by rolling back.
    guard answer.commandTag == "COMMIT" else {
      throw PostgreSQLError(.server, code: .inFailedTransaction, message: SQLState.inFailedTransaction.condition, statement: "COMMIT")
    }
    isOpen = false
  }

  deinit {
    // A failed or lost COMMIT leaves nothing to roll back; a ROLLBACK fails only with the connection, which rolls back too.
    guard isOpen, [PQTRANS_INTRANS, PQTRANS_INERROR].contains(unsafe PQtransactionStatus(connection)) else { return }
    unsafe PQclear(PQexec(connection, "ROLLBACK"))
  }
}

extension Connection {
  /// Begins a transaction. There is one at a time.
  ///
  /// - Parameter isDeferrable: for serializable, read-only ones: waits until it can run without ever being cancelled.
  @_lifetime(borrow self)
  public borrowing func begin(
    _ isolation: Isolation = .readCommitted, isReadOnly: Bool = false, isDeferrable: Bool = false
  ) throws(PostgreSQLError) -> Transaction {
    let sql = """
      BEGIN ISOLATION LEVEL \(isolation.rawValue) READ \(isReadOnly ? "ONLY" : "WRITE")\(isDeferrable ? " DEFERRABLE" : "")
      """
    // The server would only warn.
    guard !isInTransaction else { throw PostgreSQLError(.misuse, message: "a transaction is already open", statement: sql) }
    try execute(sql)
    return Transaction(on: self)
  }

  /// Runs `body` in a transaction: committed when it returns, rolled back when it throws. The error of `body` is kept.
  @discardableResult
  public borrowing func transaction<Returned: ~Copyable>(
    _ isolation: Isolation = .readCommitted, isReadOnly: Bool = false, isDeferrable: Bool = false, _ body: () throws -> Returned
  ) throws -> Returned {
    let transaction = try begin(isolation, isReadOnly: isReadOnly, isDeferrable: isDeferrable)
    let returned = try body()
    try transaction.commit()
    return returned
  }
}
