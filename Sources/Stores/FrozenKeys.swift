/// The keys of the rows that one batch changed, in the order in which the database named them.
///
/// They live sealed in the journal until the certificate is released, and nowhere else.
public struct FrozenKeys: Hashable, Sendable {
  /// The keys one after another: for each key column a length (LEB128 of bytes + 1) and its bytes.
  public private(set) var bytes: [UInt8] = []
  /// How many keys there are.
  public private(set) var count = 0
  /// How many columns a key has.
  public let width: Int

  /// No keys yet, of a number of columns.
  public init(width: Int) { self.width = width }

  /// Keys as they were written before; nil when the bytes are not such keys.
  public init?(bytes: [UInt8], width: Int) {
    self.width = width
    self.bytes = bytes
    var columns = 0
    var reader = Reader(bytes: bytes)
    while !reader.isAtEnd {
      guard reader.next() != nil else { return nil }
      columns += 1
    }
    guard width > 0, columns.isMultiple(of: width) else { return nil }
    count = columns / width
  }

  /// Adds the next column of the next key, with a byte before it that tells its type where the database has none for the column.
  mutating func append(column: some Collection<UInt8>, after type: UInt8? = nil) {
    var length = column.count + (type == nil ? 1 : 2)
    while length >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: length) | 0x80)
      length >>= 7
    }
    bytes.append(UInt8(length))
    if let type { bytes.append(type) }
    bytes.append(contentsOf: column)
  }

  /// Says that the columns of one key are complete.
  mutating func closeKey() { count += 1 }

  /// Calls `body` with the columns of each key.
  func forEach<Failure: Error>(_ body: ([ArraySlice<UInt8>]) throws(Failure) -> Void) throws(Failure) {
    var reader = Reader(bytes: bytes)
    for _ in 0..<count {
      var columns: [ArraySlice<UInt8>] = []
      for _ in 0..<width {
        guard let column = reader.next() else { preconditionFailure("keys are complete") }
        columns.append(column)
      }
      try body(columns)
    }
  }

  private struct Reader {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func next() -> ArraySlice<UInt8>? {
      var length = 0
      var shift = 0
      while true {
        guard position < bytes.count, shift < 56 else { return nil }
        let byte = bytes[position]
        position += 1
        length |= Int(byte & 0x7F) << shift
        if byte < 0x80 { break }
        shift += 7
      }
      guard length > 0, bytes.count - position >= length - 1 else { return nil }
      defer { position += length - 1 }
      return bytes[position..<position + length - 1]
    }
  }
}
