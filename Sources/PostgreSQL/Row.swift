internal import CPostgreSQL

/// A row of a result, read in place. Columns count from 0.
///
/// Typed accessors read the server's text form and refuse what is not of that form.
@safe public struct Row: ~Copyable, ~Escapable {
  private let handle: OpaquePointer
  private let index: Int32
  /// The number of columns.
  public let count: Int

  @_lifetime(borrow result)
  init(_ result: borrowing QueryResult, _ index: Int) {
    unsafe handle = result.handle
    self.index = Int32(clamping: index)
    count = result.columnCount
  }

  @_lifetime(&rows)
  init(_ rows: inout Rows, current: OpaquePointer) {
    unsafe handle = current
    index = 0
    count = Int(unsafe PQnfields(current))
  }

  /// Whether there is no value.
  public func isNull(_ column: Int) -> Bool {
    unsafe PQgetisnull(handle, index, checked(column)) == 1
  }

  /// The value as the server sent it, in place; none for NULL.
  @_lifetime(borrow self)
  public func rawText(_ column: Int) -> Span<UInt8> {
    let column = checked(column)
    guard let address = unsafe PQgetvalue(handle, index, column) else { return Span() }
    let span = unsafe Span(
      _unsafeStart: UnsafeRawPointer(address).assumingMemoryBound(to: UInt8.self), count: Int(PQgetlength(handle, index, column)))
    return unsafe _overrideLifetime(span, borrowing: self)
  }

  /// A whole number. Fails with `mismatch` for anything else, NULL included.
  public func integer(_ column: Int) throws(PostgreSQLError) -> Int64 {
    let bytes = rawText(column)
    guard let number = parsedInteger(bytes) else { throw mismatch(column, "integer") }
    return number
  }

  /// A number. Fails with `mismatch` for anything else, NULL included.
  public func double(_ column: Int) throws(PostgreSQLError) -> Double {
    guard let number = Double(try text(column)) else { throw mismatch(column, "number") }
    return number
  }

  /// A truth value. Fails with `mismatch` for anything else, NULL included.
  public func bool(_ column: Int) throws(PostgreSQLError) -> Bool {
    switch try text(column) {
    case "t": return true
    case "f": return false
    default: throw mismatch(column, "boolean")
    }
  }

  /// The text form of any type. Fails with `mismatch` for NULL.
  public func text(_ column: Int) throws(PostgreSQLError) -> String {
    guard !isNull(column) else { throw mismatch(column, "value") }
    return unsafe rawText(column).withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
  }

  /// The bytes of a `bytea`. Fails with `mismatch` for anything else, NULL included.
  public func bytes(_ column: Int) throws(PostgreSQLError) -> [UInt8] {
    guard let bytes = decodedBytes(rawText(column)), !isNull(column) else { throw mismatch(column, "bytea") }
    return bytes
  }

  /// The elements of a one-dimensional array. Fails with `mismatch` for anything else, NULL included.
  public func textArray(_ column: Int) throws(PostgreSQLError) -> [String?] {
    guard let elements = arrayElements(try text(column)) else { throw mismatch(column, "array") }
    return elements
  }

  /// As `integer`, but nil for NULL.
  public func optionalInteger(_ column: Int) throws(PostgreSQLError) -> Int64? {
    isNull(column) ? nil : try integer(column)
  }

  /// As `text`, but nil for NULL.
  public func optionalText(_ column: Int) throws(PostgreSQLError) -> String? {
    isNull(column) ? nil : try text(column)
  }

  /// libpq only warns about a column that does not exist; asking for one is our own mistake.
  private func checked(_ column: Int) -> Int32 {
    precondition(column >= 0 && column < count, "the row has no such column")
    return Int32(truncatingIfNeeded: column)
  }

  private func mismatch(_ column: Int, _ expected: String) -> PostgreSQLError {
    let name = unsafe PQfname(handle, checked(column)).map { unsafe String(cString: $0) } ?? ""
    return PostgreSQLError(.mismatch, message: "column \(name) holds no \(expected)")
  }
}
