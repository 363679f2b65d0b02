internal import CSQLite

/// A compiled statement: bound, run, and run again with other values. Borrows its connection.
///
///     var due = try db.prepare("SELECT id FROM invoice WHERE closed < ?")
///     try due.bind([.text("2019-01-01")])
///     while let row = try due.next() { … try row.integer(0) … }
@safe public struct Statement: ~Copyable, ~Escapable {
  let handle: OpaquePointer
  /// The SQL it was made from, with placeholders.
  public let sql: String
  private var progress = Progress.ready

  /// SQLite starts a finished statement anew when it is stepped again; that must be asked for, here by `bind` or `reset`.
  private enum Progress { case ready, running, finished }

  @_lifetime(borrow connection)
  fileprivate init(owning handle: OpaquePointer, _ sql: String, on connection: borrowing Connection) {
    unsafe self.handle = handle
    self.sql = sql
  }

  deinit {
    // The code of finalize repeats the failure of the last step, which was thrown there.
    unsafe sqlite3_finalize(handle)
  }

  /// The next row, or nil after the last one. The row ends before the next step: the compiler refuses to keep it.
  @_lifetime(&self)
  public mutating func next() throws(SQLiteError) -> Row? {
    guard try step() else { return nil }
    return Row(&self)
  }

  /// Runs the statement to its end, ignoring rows, and makes it ready for other values.
  ///
  /// - Returns: the rows changed by it, without triggers and foreign key actions.
  @discardableResult
  public mutating func run(_ values: [Value] = []) throws(SQLiteError) -> Int {
    try bind(values)
    let connection = unsafe sqlite3_db_handle(handle)
    let before = unsafe sqlite3_total_changes64(connection)
    while try step() {}
    // `changes` keeps the number of an earlier statement when this one changed nothing.
    let changed = unsafe sqlite3_total_changes64(connection) == before ? 0 : Int(sqlite3_changes64(connection))
    reset()
    return changed
  }

  /// Makes the statement ready to run again with the same values, and lets go of the locks it held.
  public mutating func reset() {
    // As with finalize: the code only repeats what a step has thrown.
    unsafe sqlite3_reset(handle)
    progress = .ready
  }

  private mutating func step() throws(SQLiteError) -> Bool {
    guard progress != .finished else { return false }
    let code = unsafe sqlite3_step(handle)
    if code == SQLITE_ROW {
      progress = .running
      return true
    }
    progress = .finished
    if code == SQLITE_DONE { return false }
    let error = unsafe SQLiteError.last(code, .step, connection: sqlite3_db_handle(handle), statement: sql)
    unsafe sqlite3_reset(handle)
    throw error
  }
}

extension Statement {
  /// The number of columns of its rows; 0 for a statement that returns none.
  public var columnCount: Int { Int(unsafe sqlite3_column_count(handle)) }

  /// The names of its columns, in order.
  public var columnNames: [String] {
    (0..<columnCount).map { column in unsafe sqlite3_column_name(handle, Int32(column)).map { unsafe String(cString: $0) } ?? "" }
  }

  /// The declared types of its columns; nil where a column is an expression or its table declares none.
  public var declaredTypes: [String?] {
    (0..<columnCount).map { column in unsafe sqlite3_column_decltype(handle, Int32(column)).map { unsafe String(cString: $0) } }
  }

  /// Whether running it leaves the database file as it is (https://www.sqlite.org/c3ref/stmt_readonly.html).
  public var isReadOnly: Bool { unsafe sqlite3_stmt_readonly(handle) != 0 }
}

extension Connection {
  /// Compiles one statement. Text with none or more than one is refused.
  @_lifetime(borrow self)
  public borrowing func prepare(_ sql: String) throws(SQLiteError) -> Statement {
    let (first, length) = try unsafe Statement.compile(sql, on: self)
    guard let first = unsafe first else {
      throw SQLiteError(.misuse, .prepare, message: "the text holds no statement", statement: sql)
    }
    let statement = unsafe Statement(owning: first, sql, on: self)
    let rest = String(decoding: sql.utf8.dropFirst(length), as: UTF8.self)
    guard let second = try unsafe Statement.compile(rest, on: self).first else { return statement }
    unsafe sqlite3_finalize(second)
    throw SQLiteError(.misuse, .prepare, message: "the text holds more than one statement", statement: sql)
  }
}

extension Statement {
  /// Compiles the first statement of `sql`.
  ///
  /// - Returns: the statement, nil when there is only white space and comment, and the bytes of `sql` it took.
  static func compile(_ sql: String, on connection: borrowing Connection) throws(SQLiteError) -> (first: OpaquePointer?, length: Int) {
    let bytes = sql.utf8CString
    let connection = unsafe connection.handle
    var handle: OpaquePointer?
    let (code, length) = unsafe bytes.withUnsafeBufferPointer { buffer in
      var rest = buffer.baseAddress
      let code = unsafe sqlite3_prepare_v2(connection, buffer.baseAddress, Int32(clamping: buffer.count), &handle, &rest)
      return unsafe (code, rest.flatMap { rest in unsafe buffer.baseAddress.map { unsafe rest - $0 } } ?? 0)
    }
    guard code == SQLITE_OK else { throw unsafe .last(code, .prepare, connection: connection, statement: sql) }
    return unsafe (handle, length)
  }
}
