internal import Crypto

/// Seals what a journal must remember for a while and nobody may read afterwards: the frozen keys of records about to be erased.
/// The key is made for one run, kept in its own file, and destroyed when the run is verified: then the blobs are noise.
public struct SealedKeys {
  private let key: SymmetricKey

  /// A new key for one run, stored in a folder of keys under a name.
  public init(newFor run: String, in folder: KeyFolder) throws(EvidenceError) {
    var generator = SystemRandomNumberGenerator()
    let fresh = Hash.random(using: &generator).bytes
    try folder.create(fresh, named: run)
    key = SymmetricKey(data: fresh)
  }

  /// The key of a run that was interrupted.
  public init(of run: String, in folder: KeyFolder) throws(EvidenceError) {
    let bytes = try folder.secret(named: run)
    guard bytes.count == 32 else {
      throw .key(
        path: run, problem: "has \(bytes.count) bytes", remedy: "expected the 32 bytes of a run key; the run cannot be resumed with it")
    }
    key = SymmetricKey(data: bytes)
  }

  /// Seals bytes for one place (a run and batch): opened elsewhere they are refused.
  public func seal(_ secret: [UInt8], for place: String) throws(EvidenceError) -> [UInt8] {
    do {
      return Array(try ChaChaPoly.seal(secret, using: key, authenticating: Array(place.utf8)).combined)
    } catch {
      throw .refused(what: "sealed keys of \(place)", reason: "they could not be sealed")
    }
  }

  /// A mark of 64 bits by which bytes are recognised, and which tells nothing of them to who has not the key.
  public func mark(of bytes: [UInt8], for place: String) -> UInt64 {
    var code = HMAC<SHA256>(key: key)
    code.update(data: withBigEndianBytes(UInt64(place.utf8.count)) + Array(place.utf8))
    code.update(data: bytes)
    return code.finalize().prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Opens what was sealed for the same place with the same key.
  public func open(_ sealed: [UInt8], for place: String) throws(EvidenceError) -> [UInt8] {
    do {
      return Array(try ChaChaPoly.open(try ChaChaPoly.SealedBox(combined: sealed), using: key, authenticating: Array(place.utf8)))
    } catch {
      throw .refused(what: "sealed keys of \(place)", reason: "wrong key, wrong place or changed bytes")
    }
  }
}
