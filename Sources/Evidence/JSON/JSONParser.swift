extension JSONValue {
  /// Reads strict JSON: one value, valid UTF-8, no fractions or exponents, no duplicate names, no lone surrogates,
  /// at most 64 levels deep. White space between tokens is allowed; whoever needs the one byte form compares with ``canonical()``.
  public init(parsing bytes: some Sequence<UInt8>) throws(EvidenceError) {
    let input = Array(bytes)
    if let fault = input.firstInvalidUTF8 { throw .malformedJSON(problem: "invalid UTF-8", offset: fault) }
    var parser = JSONParser(input: input)
    self = try parser.document()
  }

  /// Reads strict JSON that must already be in canonical form, byte for byte.
  public init(canonical bytes: [UInt8]) throws(EvidenceError) {
    self = try JSONValue(parsing: bytes)
    guard try canonical() == bytes else { throw .uncanonical(path: "$", problem: "the bytes are valid JSON in another spelling") }
  }
}

/// A recursive-descent reader over the bytes, keeping only a position.
private struct JSONParser {
  static let deepest = 64
  let input: [UInt8]
  var position = 0

  mutating func document() throws(EvidenceError) -> JSONValue {
    let value = try value(depth: 0)
    skipSpace()
    if position < input.count { throw fault("trailing bytes after the value") }
    return value
  }

  private mutating func value(depth: Int) throws(EvidenceError) -> JSONValue {
    skipSpace()
    if depth > Self.deepest { throw fault("more than \(Self.deepest) levels deep") }
    switch peek {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    case nil: throw fault("the text ends where a value should be")
    case let byte? where byte == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte):
      return .integer(try integer())
    default: throw fault("not the start of a value")
    }
  }

  private mutating func object(depth: Int) throws(EvidenceError) -> JSONValue {
    position += 1
    var members: [String: JSONValue] = [:]
    skipSpace()
    if take(UInt8(ascii: "}")) { return .object(members) }
    repeat {
      skipSpace()
      let start = position
      guard peek == UInt8(ascii: "\"") else { throw fault("expected a name in double quotes") }
      let name = try string()
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw fault("expected ':' after a name") }
      guard members.updateValue(try value(depth: depth + 1), forKey: name) == nil else {
        throw .malformedJSON(problem: "a name that occurs twice in one object", offset: start)
      }
      skipSpace()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw fault("expected ',' or '}'") }
    return .object(members)
  }

  private mutating func array(depth: Int) throws(EvidenceError) -> JSONValue {
    position += 1
    var elements: [JSONValue] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return .array(elements) }
    repeat {
      elements.append(try value(depth: depth + 1))
      skipSpace()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw fault("expected ',' or ']'") }
    return .array(elements)
  }

  private mutating func integer() throws(EvidenceError) -> Int64 {
    let start = position
    let negative = take(UInt8(ascii: "-"))
    let first = position
    while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    if let byte = peek, [UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains(byte) {
      throw fault("a fraction or exponent; only whole numbers are allowed")
    }
    let digits = position - first
    if digits == 0 { throw fault("expected a digit") }
    if input[first] == UInt8(ascii: "0"), digits > 1 || negative {
      throw .malformedJSON(problem: negative ? "negative zero or leading zero" : "a leading zero", offset: start)
    }
    guard let number = Int64(String(decoding: input[start..<position], as: UTF8.self)) else {
      throw .malformedJSON(problem: "an integer beyond 64 bits", offset: start)
    }
    return number
  }

  private mutating func string() throws(EvidenceError) -> String {
    position += 1
    var units: [UInt8] = []
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return String(decoding: units, as: UTF8.self)
      case UInt8(ascii: "\\"): units += try escape()
      case 0x00..<0x20: throw fault("a control character inside a string")
      default:
        units.append(byte)
        position += 1
      }
    }
    throw fault("a string that does not end")
  }

  private mutating func escape() throws(EvidenceError) -> [UInt8] {
    let start = position
    position += 1
    guard let letter = peek else { throw fault("an escape that does not end") }
    position += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [letter]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "n"): return [0x0a]
    case UInt8(ascii: "f"): return [0x0c]
    case UInt8(ascii: "r"): return [0x0d]
    case UInt8(ascii: "u"):
      var code = try fourHexDigits()
      if (0xd800...0xdbff).contains(code), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
        let low = try fourHexDigits()
        guard (0xdc00...0xdfff).contains(low) else { throw .malformedJSON(problem: "a lone surrogate", offset: start) }
        code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw .malformedJSON(problem: "a lone surrogate", offset: start) }
      return Array(String(Character(scalar)).utf8)
    default: throw .malformedJSON(problem: "an unknown escape", offset: start)
    }
  }

  private mutating func fourHexDigits() throws(EvidenceError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw fault("expected four hexadecimal digits")
      }
      code = code << 4 + UInt32(digit)
      position += 1
    }
    return code
  }

  private mutating func literal(_ word: String, _ value: JSONValue) throws(EvidenceError) -> JSONValue {
    guard input[position...].starts(with: word.utf8) else { throw fault("not the start of a value") }
    position += word.utf8.count
    return value
  }

  private var peek: UInt8? { position < input.count ? input[position] : nil }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard peek == byte else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte = peek, [0x20, 0x09, 0x0a, 0x0d].contains(byte) { position += 1 }
  }

  private func fault(_ problem: String) -> EvidenceError { .malformedJSON(problem: problem, offset: position) }
}

extension [UInt8] {
  /// The offset of the first byte that is not part of valid UTF-8.
  fileprivate var firstInvalidUTF8: Int? {
    var decoder = UTF8()
    var iterator = makeIterator()
    var offset = 0
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): offset += UTF8.width(scalar)
      case .emptyInput: return nil
      case .error: return offset
      }
    }
  }
}
