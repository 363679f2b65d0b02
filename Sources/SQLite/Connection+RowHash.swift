internal import CSQLite

extension Connection {
  /// Gives SQL of this connection the function `wis_row_hash(value, …)`, a 64-bit hash of values with their storage classes, and
  /// the aggregate `wis_survey(text, value, …)`: the number of rows, the sum of their hashes modulo 2^64, and the number of values
  /// that are the text, with spaces between.
  public borrowing func registerRowHash() throws(SQLiteError) {
    let code = unsafe wis_sqlite3_register_row_hash(handle)
    guard code == SQLITE_OK else { throw unsafe .last(code, .prepare, connection: handle) }
  }
}
