internal import CPostgreSQL

/// Parameters in the form libpq takes: one stretch of bytes, and where each value lies in it.
struct Parameters {
  private var bytes: [CChar] = []
  private var offsets: [Int?] = []
  private var types: [Oid] = []
  private var lengths: [Int32] = []
  private var formats: [Int32] = []

  init(_ values: [Value]) throws(PostgreSQLError) {
    for value in values {
      switch value {
      case .null: add(nil, 0)
      case .integer(let number): add(String(number).utf8, 20)
      case .double(let number): add(Self.text(of: number).utf8, 701)
      case .text(let text): add(try Self.withoutNUL(text).utf8, 0)
      case .bytes(let bytes): add(bytes, 17, format: 1)
      case .bool(let flag): add((flag ? "t" : "f").utf8, 16)
      case .textArray(let elements): add(try Self.withoutNUL(arrayLiteral(elements)).utf8, 0)
      }
    }
  }

  var count: Int32 { Int32(clamping: offsets.count) }

  private mutating func add(_ value: (some Sequence<UInt8>)?, _ type: Oid, format: Int32 = 0) {
    types.append(type)
    formats.append(format)
    offsets.append(value == nil ? nil : bytes.count)
    let start = bytes.count
    if let value { bytes.append(contentsOf: value.lazy.map { CChar(bitPattern: $0) }) }
    lengths.append(Int32(clamping: bytes.count - start))
    bytes.append(0)
  }

  private mutating func add(_ value: String.UTF8View?, _ type: Oid) {
    add(value.map(Array.init), type)
  }

  private static func withoutNUL(_ text: String) throws(PostgreSQLError) -> String {
    // libpq takes C strings: the rest of the text would silently be lost.
    guard !text.utf8.contains(0) else { throw PostgreSQLError(.unsendable, message: "PostgreSQL has no text with NUL") }
    return text
  }

  private static func text(of number: Double) -> String {
    if number.isNaN { return "NaN" }
    return number.isInfinite ? (number < 0 ? "-Infinity" : "Infinity") : String(number)
  }

  /// Lends the five arrays of `PQsendQueryParams`: types, values, lengths and formats, in its order.
  func withPointers<Result>(
    _ body: (
      UnsafePointer<Oid>?, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?
    ) -> Result
  ) -> Result {
    unsafe bytes.withUnsafeBufferPointer { bytes in
      let values = unsafe offsets.map { offset in unsafe offset.flatMap { offset in unsafe bytes.baseAddress.map { unsafe $0 + offset } } }
      return unsafe values.withUnsafeBufferPointer { values in
        unsafe body(types, values.baseAddress, lengths, formats)
      }
    }
  }
}
