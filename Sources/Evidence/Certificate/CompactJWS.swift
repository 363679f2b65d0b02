/// Three parts of base64url with dots between them: RFC 7515 section 7.1. Nothing in it is trusted until a key verifies it.
public struct CompactJWS: Hashable, Sendable {
  /// The whole, exactly as signed, logged and hashed.
  public let text: String
  /// The bytes of the protected header.
  public let header: [UInt8]
  /// The bytes that were signed for.
  public let payload: [UInt8]
  /// `r ‖ s`, 64 bytes.
  public let signature: [UInt8]

  /// Reads the compact form; a second spelling of the same bytes is refused.
  public init(parsing text: String) throws(EvidenceError) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3 else { throw .malformed(what: "JWS", problem: "expected three parts, found \(parts.count)") }
    header = try [UInt8](base64URL: parts[0])
    payload = try [UInt8](base64URL: parts[1])
    signature = try [UInt8](base64URL: parts[2])
    guard signature.count == 64 else {
      throw .malformed(what: "JWS", problem: "expected a signature of 64 bytes, found \(signature.count)")
    }
    self.text = text
  }

  /// Signs a payload under a header.
  public init(header: [UInt8], payload: [UInt8], signer: Signer) throws(EvidenceError) {
    let input = header.base64URL + "." + payload.base64URL
    signature = try signer.sign(Array(input.utf8))
    text = input + "." + signature.base64URL
    self.header = header
    self.payload = payload
  }

  /// Checks the signature under a key.
  public func verify(_ key: P256PublicKey) throws(EvidenceError) {
    let input = Array((header.base64URL + "." + payload.base64URL).utf8)
    guard key.verifies(signature, of: input) else {
      throw .refused(what: "signature", reason: "it does not fit the content and the key")
    }
  }
}
