extension Row {
  /// Appends a value as the server sent it to a buffer that is used again for every row; nothing for NULL.
  public func appendText(of column: Int, to buffer: inout [UInt8]) {
    unsafe rawText(column).withUnsafeBufferPointer { unsafe buffer.append(contentsOf: $0) }
  }

  /// Appends the bytes of a `bytea`. Fails with `mismatch` for anything else.
  public func appendBytes(of column: Int, to buffer: inout [UInt8]) throws(PostgreSQLError) {
    buffer.append(contentsOf: try bytes(column))
  }
}
