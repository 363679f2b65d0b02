internal import CPostgreSQL

/// A statement prepared on the server, to be run again and again with other values. Borrows its connection.
@safe public struct Statement: ~Copyable, ~Escapable {
  private let conversation: Conversation
  private let name: String

  /// The SQL it was made from, with placeholders.
  public var sql: String { conversation.sql }

  @_lifetime(borrow connection)
  fileprivate init(_ conversation: Conversation, named name: String, on connection: borrowing Connection) {
    self.conversation = conversation
    self.name = name
  }

  deinit {
    // In a failed transaction the server would refuse; the statement then ends with the session.
    guard [PQTRANS_IDLE, PQTRANS_INTRANS].contains(unsafe PQtransactionStatus(conversation.connection)) else { return }
    unsafe PQclear(PQexec(conversation.connection, "DEALLOCATE \(name)"))
  }

  /// Runs the statement and drops its rows.
  ///
  /// - Returns: the rows it changed.
  @discardableResult
  public func run(_ values: [Value] = []) throws(PostgreSQLError) -> Int {
    try fetch(values).affectedRows
  }

  /// Runs the statement and keeps all its rows.
  public func fetch(_ values: [Value] = []) throws(PostgreSQLError) -> QueryResult {
    try conversation.send(values, toPrepared: name)
    return try conversation.answer()
  }

  /// Runs the statement and reads its rows as they arrive.
  @_lifetime(borrow self)
  public func stream(_ values: [Value] = []) throws(PostgreSQLError) -> Rows {
    let mayCancel = conversation.mayCancel
    try conversation.send(values, toPrepared: name)
    return Rows(conversation, mayCancel: mayCancel, of: self)
  }
}

extension Connection {
  /// Prepares one statement on the server, which infers the types of its parameters.
  @_lifetime(borrow self)
  public borrowing func prepare(_ sql: String) throws(PostgreSQLError) -> Statement {
    // Unique within the session; the server keeps names apart between sessions.
    let name = "wis_" + String(UInt64.random(in: .min ... .max), radix: 36)
    let conversation = unsafe Conversation(handle, sql)
    try conversation.sendPreparation(named: name)
    _ = try conversation.answer()
    return Statement(conversation, named: name, on: self)
  }
}
