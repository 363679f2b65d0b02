internal import CSQLite

extension Row {
  /// Appends the bytes of a text or blob to a buffer that is used again for every row; nothing for NULL and numbers.
  ///
  /// - Returns: how many bytes were appended.
  @discardableResult
  public func appendBytes(of column: Int, to buffer: inout [UInt8]) -> Int {
    let span = bytes(column)
    unsafe span.withUnsafeBufferPointer { unsafe buffer.append(contentsOf: $0) }
    return span.count
  }

  /// A number's value as SQLite holds it. The storage class must be integer.
  public func rawInteger(_ column: Int) -> Int64 { unsafe sqlite3_column_int64(handle, Int32(truncatingIfNeeded: column)) }

  /// A number's value as SQLite holds it. The storage class must be real.
  public func rawDouble(_ column: Int) -> Double { unsafe sqlite3_column_double(handle, Int32(truncatingIfNeeded: column)) }
}

extension Connection {
  /// Gives SQL of this connection the function `wis_row_hash(value, …)`, a 64-bit hash of values with their storage classes, and
  /// the aggregate `wis_survey(text, value, …)`: the number of rows, the sum of their hashes modulo 2^64, and the number of values
  /// that are the text, with spaces between.
  public borrowing func registerRowHash() throws(SQLiteError) {
    let code = unsafe wis_sqlite3_register_row_hash(handle)
    guard code == SQLITE_OK else { throw unsafe .last(code, .prepare, connection: handle) }
  }
}
