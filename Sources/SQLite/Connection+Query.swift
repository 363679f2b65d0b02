internal import CSQLite

extension Connection {
  /// Compiles one statement and gives its parameters their values.
  @_lifetime(borrow self)
  public borrowing func prepare(_ sql: String, _ values: [Value]) throws(SQLiteError) -> Statement {
    var statement = try prepare(sql)
    try statement.bind(values)
    return statement
  }

  /// Runs every statement of a script, in order, ignoring rows. Stops at the first that fails; those before it stay done.
  public borrowing func execute(_ script: String) throws(SQLiteError) {
    var rest = Substring(script)
    while true {
      let (statement, length) = try unsafe Statement.compile(String(rest), on: self)
      guard let statement = unsafe statement else { return }
      defer { unsafe sqlite3_finalize(statement) }
      let sql = String(decoding: rest.utf8.prefix(length), as: UTF8.self)
      var code = unsafe sqlite3_step(statement)
      while code == SQLITE_ROW { code = unsafe sqlite3_step(statement) }
      guard code == SQLITE_DONE else { throw unsafe .last(code, .step, connection: handle, statement: sql) }
      rest = Substring(rest.utf8.dropFirst(length))
    }
  }

  /// Runs one statement to its end, ignoring rows.
  ///
  /// - Returns: the rows changed by it, without triggers and foreign key actions.
  @discardableResult
  public borrowing func run(_ sql: String, _ values: [Value] = []) throws(SQLiteError) -> Int {
    var statement = try prepare(sql)
    return try statement.run(values)
  }

  /// Reads rows one by one until the last, or until `body` says `.stop`.
  ///
  /// A loop over `prepare` and `next` does the same with typed errors.
  public borrowing func query(
    _ sql: String, _ values: [Value] = [], _ body: (borrowing Row) throws -> Reading
  ) throws {
    var statement = try prepare(sql)
    try statement.bind(values)
    while let row = try statement.next() {
      guard try body(row) == .continue else { return }
    }
  }

  /// The integer in the first column of the first row.
  /// Fails with `ResultCode.mismatch` when there is no row or the value is no integer.
  public borrowing func integer(_ sql: String, _ values: [Value] = []) throws(SQLiteError) -> Int64 {
    var statement = try prepare(sql)
    try statement.bind(values)
    guard let row = try statement.next() else { throw SQLiteError(.mismatch, .read, message: "no row", statement: sql) }
    return try row.integer(0)
  }

  /// The text in the first column of the first row; nil when there is no row or no value.
  /// Fails with `ResultCode.mismatch` for any other storage class.
  public borrowing func text(_ sql: String, _ values: [Value] = []) throws(SQLiteError) -> String? {
    var statement = try prepare(sql)
    try statement.bind(values)
    guard let row = try statement.next() else { return nil }
    return try row.optionalText(0)
  }
}

/// Whether to read on after a row.
public enum Reading: Sendable {
  /// The next row, please.
  case `continue`
  /// No more rows.
  case stop
}
