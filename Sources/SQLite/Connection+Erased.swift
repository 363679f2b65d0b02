internal import CSQLite

extension Connection {
  /// Runs one `DELETE` and gives the row ids that it took from a table, in the order in which they went.
  ///
  /// They are told by SQLite itself while it deletes, which costs less than `RETURNING`
  /// (https://www.sqlite.org/c3ref/update_hook.html). A table without row ids is not told about. Fails with
  /// `ResultCode.error` when the number told is not the number deleted.
  public borrowing func rowIDs(
    erasedFrom table: String, by sql: String, _ values: [Value]
  ) throws(SQLiteError) -> [Int64] {
    let erased = Erased(from: table)
    unsafe sqlite3_update_hook(
      handle,
      { context, operation, _, table, rowID in
        guard operation == SQLITE_DELETE, let context = unsafe context, let table = unsafe table else { return }
        unsafe Unmanaged<Erased>.fromOpaque(context)._withUnsafeGuaranteedRef { erased in
          if unsafe strcmp(erased.table, table) == 0 { erased.rowIDs.append(rowID) }
        }
      }, Unmanaged.passUnretained(erased).toOpaque())
    defer { unsafe sqlite3_update_hook(handle, nil, nil) }
    let count = try withExtendedLifetime(erased) { () throws(SQLiteError) in try run(sql, values) }
    guard count == erased.rowIDs.count else {
      throw SQLiteError(.error, .step, message: "told of \(erased.rowIDs.count) rows and deleted \(count)", statement: sql)
    }
    return erased.rowIDs
  }
}

/// What SQLite told while it deleted.
private final class Erased {
  let table: [CChar]
  var rowIDs: [Int64] = []

  init(from table: String) { self.table = Array(table.utf8CString) }
}
