internal import Crypto
internal import Foundation

/// The file format of age (https://age-encryption.org/v1) for X25519 recipients.
enum Age {
  static let intro = "age-encryption.org/v1\n"
  static let chunk = 65_536
  static let tag = 16

  /// A public key, `age1…`.
  struct Recipient {
    let text: String
    let key: Curve25519.KeyAgreement.PublicKey

    init?(_ text: String) {
      guard let bytes = Bech32.decoded(text, prefix: "age"), bytes.count == 32,
        let key = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: bytes)
      else { return nil }
      self.text = text
      self.key = key
    }

    /// The line and body that wrap a file key for this recipient.
    func stanza(_ fileKey: [UInt8]) throws -> String {
      let ephemeral = Curve25519.KeyAgreement.PrivateKey()
      let share = Array(ephemeral.publicKey.rawRepresentation)
      let wrapping = try Age.wrappingKey(ephemeral.sharedSecretFromKeyAgreement(with: key), share, Array(key.rawRepresentation))
      let box = try ChaChaPoly.seal(fileKey, using: wrapping, nonce: Age.noNonce)
      return "-> X25519 \(Age.text(share))\n\(Age.text(Array(box.ciphertext + box.tag)))\n"
    }
  }

  /// A private key, `AGE-SECRET-KEY-1…`.
  struct Identity {
    let key: Curve25519.KeyAgreement.PrivateKey

    init?(_ text: String) {
      guard let bytes = Bech32.decoded(text, prefix: "age-secret-key-"), bytes.count == 32,
        let key = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: bytes)
      else { return nil }
      self.key = key
    }

    /// The file key in a stanza; nil when the stanza is for somebody else.
    func unwrapped(share: [UInt8], body: [UInt8]) -> SymmetricKey? {
      guard body.count == 32, let other = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: share),
        let secret = try? key.sharedSecretFromKeyAgreement(with: other),
        let box = try? ChaChaPoly.SealedBox(nonce: Age.noNonce, ciphertext: body.prefix(16), tag: body.suffix(16)),
        let opened = try? ChaChaPoly.open(box, using: Age.wrappingKey(secret, share, Array(key.publicKey.rawRepresentation)))
      else { return nil }
      return SymmetricKey(data: opened)
    }
  }

  static func wrappingKey(_ secret: SharedSecret, _ share: [UInt8], _ recipient: [UInt8]) -> SymmetricKey {
    secret.hkdfDerivedSymmetricKey(
      using: SHA256.self, salt: share + recipient, sharedInfo: Array("age-encryption.org/v1/X25519".utf8), outputByteCount: 32)
  }

  /// The authentication of a header up to and including `---`.
  static func authentication(of header: String, _ fileKey: SymmetricKey) -> [UInt8] {
    let key = HKDF<SHA256>.deriveKey(inputKeyMaterial: fileKey, salt: [UInt8](), info: Array("header".utf8), outputByteCount: 32)
    return Array(HMAC<SHA256>.authenticationCode(for: Array(header.utf8), using: key))
  }

  static func payloadKey(_ fileKey: SymmetricKey, nonce: [UInt8]) -> SymmetricKey {
    HKDF<SHA256>.deriveKey(inputKeyMaterial: fileKey, salt: nonce, info: Array("payload".utf8), outputByteCount: 32)
  }

  /// STREAM: eleven bytes of counter and one that says whether a chunk is the last.
  static func nonce(_ counter: UInt64, isLast: Bool) throws -> ChaChaPoly.Nonce {
    var bytes = [UInt8](repeating: 0, count: 3)
    for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: counter >> UInt64(shift))) }
    bytes.append(isLast ? 1 : 0)
    return try ChaChaPoly.Nonce(data: bytes)
  }

  private static var noNonce: ChaChaPoly.Nonce {
    get throws { try ChaChaPoly.Nonce(data: [UInt8](repeating: 0, count: 12)) }
  }

  /// Base64 without padding.
  static func text(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.append(base64: bytes[...])
    return String(decoding: text.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
  }

  /// Reads base64 without padding, and only the spelling that ``text(_:)`` writes.
  static func bytes(_ text: some StringProtocol) -> [UInt8]? {
    let padded = Array(text.utf8) + [UInt8](repeating: UInt8(ascii: "="), count: (4 - text.utf8.count % 4) % 4)
    guard let bytes = [UInt8](base64: padded[...]), Age.text(bytes) == String(text) else { return nil }
    return bytes
  }
}
