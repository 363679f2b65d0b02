internal import Crypto

/// A key pair for age that is made for one file alone.
public struct AgeKey {
  /// To whom the file is encrypted.
  public let recipient: Recipient
  /// What opens it: the text of an identity file.
  public let identity: String

  /// Makes a new pair.
  public init() throws {
    let key = Curve25519.KeyAgreement.PrivateKey()
    identity = Bech32.encoded(Array(key.rawRepresentation), prefix: "age-secret-key-").uppercased() + "\n"
    recipient = try Recipient(Bech32.encoded(Array(key.publicKey.rawRepresentation), prefix: "age"))
  }
}
