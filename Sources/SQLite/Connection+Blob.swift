internal import CSQLite

extension Connection {
  /// Reads the bytes of one value in pieces, so that it is never held whole, until the last or until `body` says `.stop`. The table
  /// must have row ids, and the value be a blob or text that no expression makes.
  public borrowing func readBlob(
    table: String, column: String, row: Int64, upTo limit: Int = .max, _ body: ([UInt8]) -> Reading
  ) throws(SQLiteError) {
    var blob: OpaquePointer?
    let code = unsafe sqlite3_blob_open(handle, "main", table, column, row, 0, &blob)
    guard code == SQLITE_OK, let blob = unsafe blob else { throw unsafe SQLiteError.last(code, .step, connection: handle) }
    defer { unsafe sqlite3_blob_close(blob) }
    let length = min(limit, Int(unsafe sqlite3_blob_bytes(blob)))
    var offset = 0
    while offset < length {
      let count = min(1 << 20, length - offset)
      var code = SQLITE_OK
      let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
        code = unsafe sqlite3_blob_read(blob, buffer.baseAddress, Int32(count), Int32(offset))
        filled = code == SQLITE_OK ? count : 0
      }
      guard code == SQLITE_OK else { throw unsafe SQLiteError.last(code, .step, connection: handle) }
      guard body(bytes) == .continue else { return }
      offset += count
    }
  }
}
