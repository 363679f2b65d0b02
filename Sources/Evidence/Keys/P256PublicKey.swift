internal import Crypto

/// The public half of an ES256 key, known by its RFC 7638 thumbprint.
public struct P256PublicKey: Hashable, Sendable {
  /// The coordinates x and y, 32 bytes each.
  public let coordinates: [UInt8]

  /// A key from its coordinates, which must be a point on the curve.
  public init(coordinates: [UInt8]) throws(EvidenceError) {
    do {
      _ = try P256.Signing.PublicKey(rawRepresentation: coordinates)
    } catch {
      throw .malformed(what: "P-256 key", problem: "not a point on the curve")
    }
    self.coordinates = coordinates
  }

  /// A key from its PEM form (SubjectPublicKeyInfo), as openssl writes it.
  public init(pem: String) throws(EvidenceError) {
    do {
      self.init(try P256.Signing.PublicKey(pemRepresentation: pem))
    } catch {
      throw .malformed(what: "P-256 public key", problem: "not in PEM form, or of another kind")
    }
  }

  init(_ key: P256.Signing.PublicKey) {
    coordinates = Array(key.rawRepresentation)
  }

  /// The JSON Web Key with the required members only; its canonical form is what RFC 7638 hashes.
  public var jwk: JSONValue {
    [
      "crv": "P-256", "kty": "EC",
      "x": .string(Array(coordinates.prefix(32)).base64URL),
      "y": .string(Array(coordinates.suffix(32)).base64URL),
    ]
  }

  /// RFC 7638 section 3.1.
  public var thumbprint: String {
    // Spelled out because a key's name must not depend on a function that can throw; a test holds it against `jwk`.
    let x = Array(coordinates.prefix(32)).base64URL
    let y = Array(coordinates.suffix(32)).base64URL
    return Hash(of: #"{"crv":"P-256","kty":"EC","x":"\#(x)","y":"\#(y)"}"#).bytes.base64URL
  }

  /// Whether a raw `r ‖ s` signature of 64 bytes fits a message under SHA-256.
  public func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
    do {
      let key = try P256.Signing.PublicKey(rawRepresentation: coordinates)
      return key.isValidSignature(try P256.Signing.ECDSASignature(rawRepresentation: signature), for: message)
    } catch {
      // A signature that is not even a pair of numbers fits nothing.
      return false
    }
  }
}
