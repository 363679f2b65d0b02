internal import CSQLite

extension Statement {
  /// Gives the parameters their values, in order, and makes the statement ready to run.
  ///
  /// Fails with `ResultCode.range` when there are more or fewer values than parameters.
  public mutating func bind(_ values: [Value]) throws(SQLiteError) {
    reset()
    guard values.count == parameterCount else {
      throw SQLiteError(.range, .bind, message: "\(values.count) values for \(parameterCount) parameters", statement: sql)
    }
    for (index, value) in values.enumerated() {
      try set(value, at: Int32(index + 1))
    }
  }

  /// Gives the parameter at `position`, counted from 1, its value, keeping the others, and makes the statement ready to run.
  public mutating func bind(_ value: Value, at position: Int) throws(SQLiteError) {
    reset()
    try set(value, at: Int32(clamping: position))
  }

  /// Gives the parameter `name` its value, keeping the others, and makes the statement ready to run.
  ///
  /// - Parameter name: as the SQL has it, with its sign: `:cutoff`, `@cutoff` or `$cutoff`.
  public mutating func bind(_ value: Value, to name: String) throws(SQLiteError) {
    reset()
    let position = unsafe sqlite3_bind_parameter_index(handle, name)
    guard position > 0 else { throw SQLiteError(.range, .bind, message: "no parameter is named \(name)", statement: sql) }
    try set(value, at: position)
  }

  /// The number of parameters.
  public var parameterCount: Int { Int(unsafe sqlite3_bind_parameter_count(handle)) }

  private func set(_ value: Value, at position: Int32) throws(SQLiteError) {
    let code: Int32
    switch value {
    case .null:
      code = unsafe sqlite3_bind_null(handle, position)
    case .integer(let number):
      code = unsafe sqlite3_bind_int64(handle, position, number)
    case .real(let number):
      // SQLite would silently store NULL.
      guard !number.isNaN else { throw SQLiteError(.mismatch, .bind, message: "SQLite cannot store NaN", statement: sql) }
      code = unsafe sqlite3_bind_double(handle, position, number)
    case .text(let text):
      var text = text
      code = text.withUTF8 { unsafe setText(UnsafeRawBufferPointer($0), at: position) }
    case .rawText(let bytes):
      code = unsafe bytes.withUnsafeBytes { unsafe setText($0, at: position) }
    case .blob(let bytes):
      // A blob without an address would become NULL.
      code =
        unsafe bytes.isEmpty
        ? sqlite3_bind_zeroblob(handle, position, 0)
        : bytes.withUnsafeBytes { unsafe wis_sqlite3_bind_blob(handle, position, $0.baseAddress, UInt64($0.count)) }
    }
    guard code == SQLITE_OK else {
      throw unsafe .last(code, .bind, connection: sqlite3_db_handle(handle), statement: sql)
    }
  }

  private func setText(_ bytes: UnsafeRawBufferPointer, at position: Int32) -> Int32 {
    // Empty text without an address would become NULL.
    guard let address = bytes.baseAddress, unsafe !bytes.isEmpty else { return unsafe wis_sqlite3_bind_text(handle, position, "", 0) }
    return unsafe wis_sqlite3_bind_text(handle, position, address.assumingMemoryBound(to: CChar.self), UInt64(bytes.count))
  }
}
