internal import CSQLite

/// The database's own file, through the handle that SQLite itself holds.
///
/// A process that opens and closes a database file on its own drops the locks of every connection it has to it
/// (https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_).
/// What goes through SQLite's handle leaves them alone. Nothing here takes a lock: the caller's transaction does.
extension Connection {
  /// The file's size in bytes.
  public borrowing func fileSize() throws(SQLiteError) -> Int {
    var size: Int64 = 0
    try check(unsafe wis_sqlite3_file_size(handle, &size))
    return Int(size)
  }

  /// Fills `bytes` from a position in the file. Bytes behind its end are an error.
  public borrowing func readFile(at position: Int, into bytes: inout [UInt8]) throws(SQLiteError) {
    let count = Int32(bytes.count)
    let code = unsafe bytes.withUnsafeMutableBytes { unsafe wis_sqlite3_file_read(handle, $0.baseAddress, count, Int64(position)) }
    try check(code)
  }

  /// Writes bytes into the file. For bytes that SQLite never reads, or under a lock that keeps everybody out.
  public borrowing func writeFile(_ bytes: [UInt8], at position: Int) throws(SQLiteError) {
    let code = unsafe bytes.withUnsafeBytes { unsafe wis_sqlite3_file_write(handle, $0.baseAddress, Int32($0.count), Int64(position)) }
    try check(code)
  }

  /// Waits until what was written is on disk.
  public borrowing func synchronizeFile() throws(SQLiteError) { try check(unsafe wis_sqlite3_file_sync(handle)) }

  /// Makes every statement fail as interrupted once some time has passed; nil takes the limit away.
  public borrowing func limitTime(to limit: Duration?) {
    unsafe wis_sqlite3_deadline(handle, limit.map { Int64(max(1, $0.wholeMilliseconds)) } ?? 0)
  }

  private borrowing func check(_ code: Int32) throws(SQLiteError) {
    guard code != SQLITE_OK else { return }
    let code = ResultCode(rawValue: code)
    throw SQLiteError(code, .step, message: code.meaning)
  }
}
