internal import Crypto

/// 32 bytes: a SHA-256 value, a Merkle node, a salt.
public struct Hash: Hashable, Sendable {
  /// The bytes, always 32 of them.
  public let bytes: [UInt8]

  /// Takes 32 bytes; nil for any other number.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 32 else { return nil }
    self.bytes = Array(bytes)
  }

  /// The SHA-256 of some bytes.
  public init(of content: some Sequence<UInt8>) {
    bytes = Array(SHA256.hash(data: Array(content)))
  }

  /// The SHA-256 of a text's UTF-8.
  public init(of text: String) {
    self.init(of: Array(text.utf8))
  }

  /// Reads 64 lower-case hexadecimal digits and nothing else.
  public init(hex: String) throws(EvidenceError) {
    guard hex.utf8.count == 64, let bytes = [UInt8](lowerHex: hex), let hash = Hash(bytes: bytes) else {
      throw .malformed(what: "SHA-256", problem: "expected 64 lower-case hexadecimal digits")
    }
    self = hash
  }

  /// Reads the padded standard base64 of 32 bytes.
  public init(base64: String) throws(EvidenceError) {
    guard let hash = Hash(bytes: try [UInt8](strictBase64: base64)) else {
      throw .malformed(what: "hash", problem: "expected base64 of 32 bytes")
    }
    self = hash
  }

  /// 32 bytes drawn from a generator, for salts and openings.
  public static func random(using generator: inout some RandomNumberGenerator) -> Hash {
    var bytes: [UInt8] = []
    for _ in 0..<32 { bytes.append(UInt8.random(in: .min ... .max, using: &generator)) }
    return Hash(exactly: bytes)
  }

  /// 64 lower-case hexadecimal digits.
  public var hex: String { bytes.lowerHex }

  /// Padded standard base64.
  public var base64: String { bytes.base64 }

  private init(exactly bytes: [UInt8]) {
    precondition(bytes.count == 32)
    self.bytes = bytes
  }

  /// The HMAC-SHA256 of a message.
  public static func authentication(of message: [UInt8], key: [UInt8]) -> Hash {
    Hash(exactly: Array(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key))))
  }
}

extension Hash: Comparable {
  /// The order of the bytes.
  public static func < (left: Hash, right: Hash) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}
