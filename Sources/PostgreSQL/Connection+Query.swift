extension Connection {
  /// Runs one statement and keeps all its rows in memory.
  public borrowing func fetch(_ sql: String, _ values: [Value] = []) throws(PostgreSQLError) -> QueryResult {
    let conversation = unsafe Conversation(handle, sql)
    try conversation.send(values)
    return try conversation.answer()
  }

  /// Runs one statement and gives the first value of its first row in the server's binary form
  /// (https://www.postgresql.org/docs/15/protocol-overview.html#PROTOCOL-FORMAT-CODES); nil when there is no row or no value.
  public borrowing func bytes(_ sql: String, _ values: [Value] = []) throws(PostgreSQLError) -> [UInt8]? {
    let conversation = unsafe Conversation(handle, sql)
    try conversation.send(values, inBinary: true)
    let result = try conversation.answer()
    guard result.count > 0, !result[0].isNull(0) else { return nil }
    let row = result[0]
    return unsafe row.rawText(0).withUnsafeBufferPointer { unsafe Array($0) }
  }

  /// Runs one statement and reads its rows as they arrive, in constant memory.
  @_lifetime(borrow self)
  public borrowing func stream(_ sql: String, _ values: [Value] = []) throws(PostgreSQLError) -> Rows {
    let conversation = unsafe Conversation(handle, sql)
    let mayCancel = conversation.mayCancel
    try conversation.send(values)
    return Rows(conversation, mayCancel: mayCancel, on: self)
  }

  /// Reads rows as they arrive until the last, or until `body` says `.stop`, which ends it as the end of `Rows` does.
  ///
  /// A loop over `stream` and `next` does the same with typed errors.
  public borrowing func query(
    _ sql: String, _ values: [Value] = [], _ body: (borrowing Row) throws -> Reading
  ) throws {
    var rows = try stream(sql, values)
    while let row = try rows.next() {
      guard try body(row) == .continue else { return }
    }
  }

  /// Runs one statement and drops its rows.
  ///
  /// - Returns: the rows it changed.
  @discardableResult
  public borrowing func run(_ sql: String, _ values: [Value] = []) throws(PostgreSQLError) -> Int {
    try fetch(sql, values).affectedRows
  }

  /// Runs any number of statements without parameters, as one transaction unless the script says otherwise.
  public borrowing func execute(_ script: String) throws(PostgreSQLError) {
    let conversation = unsafe Conversation(handle, script)
    try conversation.sendScript()
    _ = try conversation.answer()
  }

  /// The whole number in the first column of the first row. Fails with `mismatch` when there is none.
  public borrowing func integer(_ sql: String, _ values: [Value] = []) throws(PostgreSQLError) -> Int64 {
    let result = try fetch(sql, values)
    guard result.count > 0 else { throw PostgreSQLError(.mismatch, message: "no row", statement: sql) }
    return try result[0].integer(0)
  }

  /// The text in the first column of the first row; nil when there is no row or no value.
  public borrowing func text(_ sql: String, _ values: [Value] = []) throws(PostgreSQLError) -> String? {
    let result = try fetch(sql, values)
    return result.count > 0 ? try result[0].optionalText(0) : nil
  }
}

/// Whether to read on after a row.
public enum Reading: Sendable {
  /// The next row, please.
  case `continue`
  /// No more rows.
  case stop
}
