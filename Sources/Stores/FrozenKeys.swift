/// The keys of the rows that one batch changed, in the order in which the database named them.
///
/// They live sealed in the journal until the certificate is released, and nowhere else.
public struct FrozenKeys: Hashable, Sendable {
  /// The keys one after another: for each key column a length (LEB128 of bytes + 1) and its bytes. Whole numbers in a key of
  /// one column can stand together instead: a zero, how many there are, and each as the distance from the one before it.
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
      if let numbers = reader.numbers() {
        guard width == 1, numbers >= 0 else { return nil }
        for _ in 0..<numbers { guard reader.distance() != nil else { return nil } }
        columns += numbers
      } else {
        guard reader.next() != nil else { return nil }
        columns += 1
      }
    }
    guard width > 0, columns.isMultiple(of: width) else { return nil }
    count = columns / width
  }

  /// Keys that are whole numbers, best in ascending order.
  init(numbers: some Collection<Int64>) {
    width = 1
    append(numbers: numbers)
  }

  /// Adds keys that are whole numbers.
  mutating func append(numbers: some Collection<Int64>) {
    guard !numbers.isEmpty else { return }
    bytes.append(0)
    append(UInt64(numbers.count))
    var last: Int64 = 0
    for number in numbers {
      let distance = number &- last
      append(UInt64(bitPattern: (distance << 1) ^ (distance >> 63)))
      last = number
    }
    count += numbers.count
  }

  /// Adds other keys.
  public mutating func append(_ others: FrozenKeys) {
    bytes += others.bytes
    count += others.count
  }

  /// Adds the next column of the next key, with a byte before it that tells its type where the database has none for the column.
  mutating func append(column: some Collection<UInt8>, after type: UInt8? = nil) {
    append(UInt64(column.count + (type == nil ? 1 : 2)))
    if let type { bytes.append(type) }
    bytes.append(contentsOf: column)
  }

  private mutating func append(_ number: UInt64) {
    var number = number
    while number >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: number) | 0x80)
      number >>= 7
    }
    bytes.append(UInt8(number))
  }

  /// Says that the columns of one key are complete.
  mutating func closeKey() { count += 1 }

  /// Calls `body` with the columns of each key, whole numbers in the form that `number` gives them.
  func forEach<Failure: Error>(
    number: (Int64) -> ArraySlice<UInt8>, _ body: ([ArraySlice<UInt8>]) throws(Failure) -> Void
  ) throws(Failure) {
    var reader = Reader(bytes: bytes)
    while !reader.isAtEnd {
      if let numbers = reader.numbers() {
        var last: Int64 = 0
        for _ in 0..<numbers {
          guard let distance = reader.distance() else { preconditionFailure("keys are complete") }
          last &+= distance
          try body([number(last)])
        }
        continue
      }
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

    /// How many whole numbers follow, when they do; -1 when that does not read.
    mutating func numbers() -> Int? {
      guard position < bytes.count, bytes[position] == 0 else { return nil }
      position += 1
      return number().flatMap { Int(exactly: $0) } ?? -1
    }

    mutating func distance() -> Int64? { number().map { Int64(bitPattern: ($0 >> 1) ^ (0 &- ($0 & 1))) } }

    private mutating func number() -> UInt64? {
      var number: UInt64 = 0
      var shift: UInt64 = 0
      while true {
        guard position < bytes.count, shift < 64 else { return nil }
        let byte = bytes[position]
        position += 1
        number |= UInt64(byte & 0x7F) << shift
        if byte < 0x80 { return number }
        shift += 7
      }
    }

    mutating func next() -> ArraySlice<UInt8>? {
      guard let length = number().flatMap({ Int(exactly: $0) }), length > 0, bytes.count - position >= length - 1 else { return nil }
      defer { position += length - 1 }
      return bytes[position..<position + length - 1]
    }
  }
}
