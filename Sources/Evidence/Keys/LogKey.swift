internal import Crypto
internal import SwiftASN1

/// The Ed25519 key that signs checkpoints, with the log's origin as its name.
public struct LogKey: Sendable {
  /// The log's identity.
  public let origin: String
  private let key: Curve25519.Signing.PrivateKey

  /// A new key from the system's randomness.
  public init(origin: String) {
    self.origin = origin
    key = Curve25519.Signing.PrivateKey()
  }

  /// A key from its 32-byte seed.
  public init(origin: String, seed: [UInt8]) throws(EvidenceError) {
    self.origin = origin
    do {
      key = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
    } catch {
      throw .malformed(what: "log key", problem: "expected a seed of 32 bytes")
    }
  }

  /// Reads a PKCS#8 PEM (RFC 8410).
  public init(origin: String, pem: String) throws(EvidenceError) {
    let seed: [UInt8]
    do {
      // RFC 8410 section 7: the private key is an octet string inside an octet string; without attributes the DER is fixed.
      let der = try PEMDocument(pemString: pem).derBytes
      seed = der.starts(with: Self.pkcs8) && der.count == Self.pkcs8.count + 32 ? Array(der.suffix(32)) : []
    } catch {
      throw .malformed(what: "log key", problem: "not a PEM file")
    }
    try self.init(origin: origin, seed: seed)
  }

  /// The key as PKCS#8 PEM.
  public var pem: String {
    PEMDocument(type: "PRIVATE KEY", derBytes: Self.pkcs8 + Array(key.rawRepresentation)).pemString + "\n"
  }

  /// What auditors keep.
  public var verifier: NoteVerifier {
    get throws(EvidenceError) { try NoteVerifier(name: origin, publicKey: Array(key.publicKey.rawRepresentation)) }
  }

  /// Signs a checkpoint of this log. Call ``AntiRollback/check(size:seen:rootAt:)`` and raise the high-water mark first.
  public func sign(_ checkpoint: Checkpoint) throws(EvidenceError) -> SignedCheckpoint {
    guard checkpoint.origin == origin else {
      throw .refused(what: "checkpoint", reason: "it is of \(checkpoint.origin), the key is of \(origin)")
    }
    let signature: [UInt8]
    do {
      signature = Array(try key.signature(for: Array(checkpoint.text.utf8)))
    } catch {
      throw .refused(what: "checkpoint", reason: "the log key could not sign")
    }
    let line = SignedNote.Signature(name: origin, keyID: try verifier.keyID, bytes: signature)
    return SignedCheckpoint(checkpoint: checkpoint, note: SignedNote(text: checkpoint.text, signatures: [line]))
  }

  private static let pkcs8: [UInt8] = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20]
}
