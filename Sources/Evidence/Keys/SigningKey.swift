internal import Crypto

/// An ES256 private key held in a file.
public struct SigningKey: Sendable {
  let key: P256.Signing.PrivateKey

  /// A new key from the system's randomness.
  public init() {
    key = P256.Signing.PrivateKey()
  }

  /// Reads a PKCS#8 PEM.
  public init(pem: String) throws(EvidenceError) {
    do {
      key = try P256.Signing.PrivateKey(pemRepresentation: pem)
    } catch {
      throw .malformed(what: "private key", problem: "not a P-256 key in PKCS#8 PEM")
    }
  }

  /// The key as PKCS#8 PEM.
  public var pem: String { key.pemRepresentation + "\n" }

  /// Its public half.
  public var publicKey: P256PublicKey { P256PublicKey(key.publicKey) }

  /// Signing with this key.
  public var signer: Signer {
    Signer(publicKey: publicKey) { [key] (message) throws(EvidenceError) in
      do {
        return Array(try key.signature(for: message).rawRepresentation)
      } catch {
        throw .refused(what: "signature", reason: "the key could not sign")
      }
    }
  }
}

/// Whoever can sign for a public key: a key file, or a command in front of an HSM, a TPM or a KMS.
public struct Signer {
  /// What the signatures verify under.
  public let publicKey: P256PublicKey
  private let act: (_ message: [UInt8]) throws(EvidenceError) -> [UInt8]

  /// A signer made of a closure that answers a raw `r ‖ s` of 64 bytes over the SHA-256 of the message.
  public init(publicKey: P256PublicKey, sign: @escaping (_ message: [UInt8]) throws(EvidenceError) -> [UInt8]) {
    self.publicKey = publicKey
    act = sign
  }

  /// A signer that is given the SHA-256 of the message and answers a signature, as `r ‖ s` of 64 bytes or in DER (RFC 3279 2.2.3).
  public init(publicKey: P256PublicKey, signDigest: @escaping (Hash) throws(EvidenceError) -> [UInt8]) {
    self.init(publicKey: publicKey) { message throws(EvidenceError) in
      let answer = try signDigest(Hash(of: message))
      if answer.count == 64 { return answer }
      do {
        return Array(try P256.Signing.ECDSASignature(derRepresentation: answer).rawRepresentation)
      } catch {
        throw .refused(what: "signature", reason: "the signer answered neither 64 bytes nor a DER signature")
      }
    }
  }

  /// Signs, and checks what came back: a signature that does not verify never leaves the house.
  public func sign(_ message: [UInt8]) throws(EvidenceError) -> [UInt8] {
    let signature = try act(message)
    guard publicKey.verifies(signature, of: message) else {
      throw .refused(what: "signature", reason: "the signer answered something that does not verify under its public key")
    }
    return signature
  }
}
