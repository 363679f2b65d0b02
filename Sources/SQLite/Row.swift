internal import CSQLite

/// The row a statement stands on, read in place. Ends before the statement's next step.
///
/// Typed accessors refuse a value of another storage class rather than convert it. Columns count from 0.
@safe public struct Row: ~Copyable, ~Escapable {
  let handle: OpaquePointer
  /// The number of columns.
  public let count: Int

  @_lifetime(&statement)
  init(_ statement: inout Statement) {
    unsafe handle = statement.handle
    count = Int(unsafe sqlite3_data_count(statement.handle))
  }

  /// The storage class of a value.
  public func storageClass(_ column: Int) -> StorageClass {
    StorageClass(unsafe sqlite3_column_type(handle, index(column)))
  }

  /// Whether there is no value.
  public func isNull(_ column: Int) -> Bool {
    unsafe sqlite3_column_type(handle, index(column)) == SQLITE_NULL
  }

  /// An integer. Fails with `ResultCode.mismatch` for anything else, NULL included.
  public func integer(_ column: Int) throws(SQLiteError) -> Int64 {
    let column = index(column)
    guard unsafe sqlite3_column_type(handle, column) == SQLITE_INTEGER else { throw mismatch(column, .integer) }
    return unsafe sqlite3_column_int64(handle, column)
  }

  /// A number, integer or real. Fails with `ResultCode.mismatch` for anything else, NULL included.
  public func double(_ column: Int) throws(SQLiteError) -> Double {
    let column = index(column)
    let found = unsafe sqlite3_column_type(handle, column)
    guard found == SQLITE_FLOAT || found == SQLITE_INTEGER else { throw mismatch(column, .real) }
    return unsafe sqlite3_column_double(handle, column)
  }

  /// Text; bytes that are not UTF-8 are replaced by U+FFFD (`bytes` has them all).
  /// Fails with `ResultCode.mismatch` for anything else, NULL included.
  public func text(_ column: Int) throws(SQLiteError) -> String {
    let column = index(column)
    guard unsafe sqlite3_column_type(handle, column) == SQLITE3_TEXT else { throw mismatch(column, .text) }
    // The order is SQLite's: first the pointer, then the length (https://www.sqlite.org/c3ref/column_blob.html).
    let address = unsafe sqlite3_column_text(handle, column)
    return unsafe String(decoding: UnsafeBufferPointer(start: address, count: length(column)), as: UTF8.self)
  }

  /// As `integer`, but nil for NULL.
  public func optionalInteger(_ column: Int) throws(SQLiteError) -> Int64? {
    isNull(column) ? nil : try integer(column)
  }

  /// As `text`, but nil for NULL.
  public func optionalText(_ column: Int) throws(SQLiteError) -> String? {
    isNull(column) ? nil : try text(column)
  }

  /// The bytes of a text or blob in place, exactly as a UTF-8 database stores them; none for NULL and numbers.
  @_lifetime(borrow self)
  public func bytes(_ column: Int) -> Span<UInt8> {
    let column = index(column)
    let address: UnsafeRawPointer?
    switch unsafe sqlite3_column_type(handle, column) {
    case SQLITE3_TEXT: unsafe address = UnsafeRawPointer(sqlite3_column_text(handle, column))
    case SQLITE_BLOB: unsafe address = sqlite3_column_blob(handle, column)
    default: unsafe address = nil
    }
    guard let address = unsafe address else { return Span() }
    let span = unsafe Span(_unsafeStart: address.assumingMemoryBound(to: UInt8.self), count: length(column))
    return unsafe _overrideLifetime(span, borrowing: self)
  }

  /// A copy of a value that outlives the row. Text that is not UTF-8 comes as `Value.rawText`.
  public func value(_ column: Int) -> Value {
    switch storageClass(column) {
    case .null: return .null
    case .integer: return .integer(unsafe sqlite3_column_int64(handle, index(column)))
    case .real: return .real(unsafe sqlite3_column_double(handle, index(column)))
    case .blob: return .blob(copy(column))
    case .text:
      let bytes = copy(column)
      return String(validating: bytes, as: UTF8.self).map(Value.text) ?? .rawText(bytes)
    }
  }

  private func copy(_ column: Int) -> [UInt8] {
    unsafe bytes(column).withUnsafeBufferPointer { unsafe Array($0) }
  }

  private func length(_ column: Int32) -> Int {
    Int(unsafe sqlite3_column_bytes(handle, column))
  }

  /// SQLite leaves the answer for a column that does not exist undefined; asking for one is our own mistake.
  private func index(_ column: Int) -> Int32 {
    precondition(column >= 0 && column < count, "the row has no such column")
    return Int32(truncatingIfNeeded: column)
  }

  private func mismatch(_ column: Int32, _ expected: StorageClass) -> SQLiteError {
    let name = unsafe sqlite3_column_name(handle, column).map { unsafe String(cString: $0) } ?? ""
    let found = StorageClass(unsafe sqlite3_column_type(handle, column))
    let sql = unsafe sqlite3_sql(handle).map { unsafe String(cString: $0) }
    return SQLiteError(
      .mismatch, .read, message: "column \(name) holds \(found.rawValue), not \(expected.rawValue)", statement: sql)
  }
}
