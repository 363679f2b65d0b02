internal import Foundation

extension JSONValue {
  /// The one byte form of this value: RFC 8785 with two narrowings, whole numbers within ±(2^53 - 1) and strings in NFC,
  /// so that every JSON tool in the world reads back exactly what was signed.
  ///
  /// Names are ordered by UTF-16 code unit (RFC 8785 section 3.2.3), there is no white space.
  public func canonical() throws(EvidenceError) -> [UInt8] {
    var output: [UInt8] = []
    try write(to: &output, path: "$")
    return output
  }

  /// The canonical form as text.
  public func canonicalText() throws(EvidenceError) -> String {
    String(decoding: try canonical(), as: UTF8.self)
  }

  /// The SHA-256 of the canonical form: what plans and policies are known by.
  public func digest() throws(EvidenceError) -> Hash {
    Hash(of: try canonical())
  }

  /// The largest whole number that every JSON implementation keeps exact (RFC 7493 section 2.2).
  public static let largestInteger: Int64 = 9_007_199_254_740_991

  private func write(to output: inout [UInt8], path: String) throws(EvidenceError) {
    switch self {
    case .null: output += Array("null".utf8)
    case .bool(let flag): output += Array((flag ? "true" : "false").utf8)
    case .integer(let number):
      guard (-Self.largestInteger...Self.largestInteger).contains(number) else {
        throw .uncanonical(path: path, problem: "an integer outside ±(2^53 - 1)")
      }
      output += Array(String(number).utf8)
    case .string(let text): try Self.write(text, to: &output, path: path)
    case .array(let elements):
      output.append(UInt8(ascii: "["))
      for (position, element) in elements.enumerated() {
        if position > 0 { output.append(UInt8(ascii: ",")) }
        try element.write(to: &output, path: "\(path)[\(position)]")
      }
      output.append(UInt8(ascii: "]"))
    case .object(let members):
      output.append(UInt8(ascii: "{"))
      let names = members.keys.sorted { $0.utf16.lexicographicallyPrecedes($1.utf16) }
      for (position, name) in names.enumerated() {
        if position > 0 { output.append(UInt8(ascii: ",")) }
        try Self.write(name, to: &output, path: path)
        output.append(UInt8(ascii: ":"))
        try (members[name] ?? .null).write(to: &output, path: "\(path).\(name)")
      }
      output.append(UInt8(ascii: "}"))
    }
  }

  private static func write(_ text: String, to output: inout [UInt8], path: String) throws(EvidenceError) {
    // Swift compares strings by canonical equivalence, so the comparison is over code units.
    guard text.utf8.allSatisfy({ $0 < 0x80 }) || Array(text.precomposedStringWithCanonicalMapping.utf8) == Array(text.utf8) else {
      throw .uncanonical(path: path, problem: "a string that is not in Unicode normalisation form C")
    }
    output.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): output += Array("\\\"".utf8)
      case UInt8(ascii: "\\"): output += Array("\\\\".utf8)
      case 0x08: output += Array("\\b".utf8)
      case 0x09: output += Array("\\t".utf8)
      case 0x0a: output += Array("\\n".utf8)
      case 0x0c: output += Array("\\f".utf8)
      case 0x0d: output += Array("\\r".utf8)
      case 0x00..<0x20: output += Array("\\u00".utf8) + Array([byte].lowerHex.utf8)
      default: output.append(byte)
      }
    }
    output.append(UInt8(ascii: "\""))
  }
}
