internal import CPostgreSQL

/// The rows of a finished query, all in memory. Owns the result of libpq; may outlive the connection.
@safe public struct QueryResult: ~Copyable {
  let handle: OpaquePointer
  /// The number of rows.
  public let count: Int

  init(owning handle: OpaquePointer) {
    unsafe self.handle = handle
    count = Int(unsafe PQntuples(handle))
  }

  deinit {
    unsafe PQclear(handle)
  }

  /// The row at `index`, counted from 0, which lives as long as the result.
  public subscript(index: Int) -> Row {
    @_lifetime(borrow self) get {
      precondition(index >= 0 && index < count, "the result has no such row")
      return Row(self, index)
    }
  }
}

extension QueryResult {
  /// The rows that a command changed; those that a SELECT returned; 0 for other commands.
  public var affectedRows: Int { Int(unsafe String(cString: PQcmdTuples(handle))) ?? 0 }

  /// What the server says it did, such as `DELETE 3`, or `ROLLBACK` in answer to the COMMIT of a failed transaction.
  public var commandTag: String { unsafe String(cString: PQcmdStatus(handle)) }

  /// The number of columns.
  public var columnCount: Int { Int(unsafe PQnfields(handle)) }

  /// The names of the columns, in order.
  public var columnNames: [String] {
    (0..<columnCount).map { column in unsafe PQfname(handle, Int32(column)).map { unsafe String(cString: $0) } ?? "" }
  }
}
