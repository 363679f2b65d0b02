internal import CPostgreSQL

/// One question to the server and its answers, on a connection that its caller keeps alive.
@safe struct Conversation {
  let connection: OpaquePointer
  let sql: String

  init(_ connection: OpaquePointer, _ sql: String) {
    unsafe self.connection = connection
    self.sql = sql
  }

  /// Sends one statement with its parameters; what it gives comes as text or in the server's binary form.
  func send(_ values: [Value], inBinary: Bool = false) throws(PostgreSQLError) {
    let parameters = try sendable(values)
    try check(
      unsafe parameters.withPointers { types, values, lengths, formats in
        unsafe PQsendQueryParams(connection, sql, parameters.count, types, values, lengths, formats, inBinary ? 1 : 0)
      })
  }

  /// Sends any number of statements, without parameters.
  func sendScript() throws(PostgreSQLError) {
    _ = try sendable([])
    try check(unsafe PQsendQuery(connection, sql))
  }

  /// Sends the statement to be prepared under `name`; the server infers the types of its parameters.
  func sendPreparation(named name: String) throws(PostgreSQLError) {
    _ = try sendable([])
    try check(unsafe PQsendPrepare(connection, name, sql, 0, nil))
  }

  /// Runs the prepared statement `name`.
  func send(_ values: [Value], toPrepared name: String) throws(PostgreSQLError) {
    let parameters = try sendable(values)
    try check(
      unsafe parameters.withPointers { _, values, lengths, formats in
        unsafe PQsendQueryPrepared(connection, name, parameters.count, values, lengths, formats, 0)
      })
  }

  private func sendable(_ values: [Value]) throws(PostgreSQLError) -> Parameters {
    // Waiting here for rows of another query would wait for ever: they are read by the same thread.
    guard unsafe PQtransactionStatus(connection) != PQTRANS_ACTIVE else {
      throw PostgreSQLError(.misuse, message: "the rows of another query are still being read", statement: sql)
    }
    guard !sql.utf8.contains(0) else { throw PostgreSQLError(.unsendable, message: "SQL with NUL") }
    return try Parameters(values)
  }

  private func check(_ sent: Int32) throws(PostgreSQLError) {
    guard sent != 1 else { return }
    throw isLost
      ? PostgreSQLError(.connectionLost, message: "the connection is lost", statement: sql)
      : PostgreSQLError(.misuse, message: "the statement could not be sent", statement: sql)
  }

  /// Whether no transaction is open that a cancelled statement would fail. Known only while no query runs.
  var mayCancel: Bool { unsafe PQtransactionStatus(connection) == PQTRANS_IDLE }

  private var isLost: Bool { unsafe PQstatus(connection) == CONNECTION_BAD }
}

extension Conversation {
  /// Receives the answers to the last; the first failure is thrown, after the rest has been read.
  func answer() throws(PostgreSQLError) -> QueryResult {
    var last: QueryResult?
    while let answer = unsafe PQgetResult(connection) {
      guard try unsafe succeeded(answer) else { continue }
      last = unsafe QueryResult(owning: answer)
    }
    guard let last else { throw PostgreSQLError(isLost ? .connectionLost : .misuse, message: "no answer", statement: sql) }
    return last
  }

  /// Returns for a result without failure; otherwise frees it, reads the rest and throws what it says.
  func succeeded(_ answer: OpaquePointer) throws(PostgreSQLError) -> Bool {
    let status = unsafe PQresultStatus(answer)
    if [PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_SINGLE_TUPLE, PGRES_EMPTY_QUERY].contains(status) { return true }
    defer { unsafe PQclear(answer) }
    endCopy(status)
    discard()
    // Only now is it known whether the connection survived.
    throw unsafe PostgreSQLError(answer, statement: sql, isLost: isLost)
  }

  /// Reads and drops what is still to come.
  func discard() {
    while let answer = unsafe PQgetResult(connection) {
      endCopy(unsafe PQresultStatus(answer))
      unsafe PQclear(answer)
    }
  }

  /// COPY has no place here; it must still be ended, or the connection could not be used again.
  private func endCopy(_ status: ExecStatusType) {
    if status == PGRES_COPY_IN { unsafe PQputCopyEnd(connection, "COPY is not supported") }
    if status == PGRES_COPY_OUT { dropLines() }
  }

  /// Reads and drops what a COPY still sends, and what comes after it.
  func discardCopy() {
    dropLines()
    discard()
  }

  private func dropLines() {
    var buffer: UnsafeMutablePointer<CChar>?
    while unsafe PQgetCopyData(connection, &buffer, 0) > 0 { unsafe PQfreemem(buffer) }
  }
}
