internal import Crypto

/// The public half of an Ed25519 note key, in the form that auditors keep (C2SP "vkey"):
/// `example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k`
public struct NoteVerifier: Hashable, Sendable {
  /// The key's name; for a log its origin.
  public let name: String
  /// The 32 bytes of the Ed25519 public key.
  public let publicKey: [UInt8]

  /// A verifier for a key known by a name.
  public init(name: String, publicKey: [UInt8]) throws(EvidenceError) {
    guard SignedNote.isKeyName(name) else { throw .malformed(what: "note key", problem: "a name that is empty or has spaces or '+'") }
    guard publicKey.count == 32 else { throw .malformed(what: "note key", problem: "expected 32 bytes of Ed25519 public key") }
    self.name = name
    self.publicKey = publicKey
  }

  /// Reads a vkey, whose hash must be that of its key.
  public init(vkey: String) throws(EvidenceError) {
    // The base64 may itself contain '+': only the first two separate.
    let parts = vkey.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3 else { throw .malformed(what: "vkey", problem: "expected name+hash+key") }
    let material = try [UInt8](strictBase64: parts[2])
    guard material.first == Self.ed25519 else { throw .malformed(what: "vkey", problem: "not an Ed25519 key (type 0x01)") }
    try self.init(name: parts[0], publicKey: Array(material.dropFirst()))
    guard self.vkey == vkey else { throw .malformed(what: "vkey", problem: "its hash does not belong to its name and key") }
  }

  /// The text form.
  public var vkey: String {
    "\(name)+\(withBigEndianBytes(keyID).lowerHex)+\(([Self.ed25519] + publicKey).base64)"
  }

  /// The number that ties a signature line to this key.
  public var keyID: UInt32 {
    bigEndian(Hash(of: Array(name.utf8) + [0x0a, Self.ed25519] + publicKey).bytes.prefix(4))
  }

  /// Checks that this key signed the note. Lines of other keys are none of its business.
  public func verify(_ note: SignedNote) throws(EvidenceError) {
    let own = note.signatures.filter { $0.name == name && $0.keyID == keyID }
    if own.isEmpty { throw .refused(what: "signed note", reason: "no signature by \(name)") }
    let key: Curve25519.Signing.PublicKey
    do {
      key = try Curve25519.Signing.PublicKey(rawRepresentation: publicKey)
    } catch {
      throw .refused(what: "signed note", reason: "the key of \(name) is not a point on the curve")
    }
    guard own.allSatisfy({ key.isValidSignature($0.bytes, for: Array(note.text.utf8)) }) else {
      throw .refused(what: "signed note", reason: "the signature by \(name) does not fit the text")
    }
  }

  /// C2SP signed-note, "Signature types".
  private static let ed25519: UInt8 = 0x01
}
