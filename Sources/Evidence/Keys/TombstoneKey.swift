internal import Crypto

/// The key of a data set under which erased records are remembered: with it one can recognise a record that comes back, and
/// cannot tell what was erased. It lives in a file of its own and is destroyed with the last of its tombstones.
public struct TombstoneKey: Sendable {
  private let begun: HMAC<SHA256>

  /// A new key, stored in a folder of keys under a name.
  public init(newFor name: String, in folder: KeyFolder) throws(EvidenceError) {
    var generator = SystemRandomNumberGenerator()
    let fresh = Hash.random(using: &generator).bytes
    try folder.create(fresh, named: name)
    begun = HMAC(key: SymmetricKey(data: fresh))
  }

  /// A key that was made before.
  public init(of name: String, in folder: KeyFolder) throws(EvidenceError) {
    let bytes = try folder.secret(named: name)
    guard bytes.count == 32 else {
      throw .key(
        path: "\(folder.path)/\(name)", problem: "has \(bytes.count) bytes instead of 32", remedy: "restore it from its own backup")
    }
    begun = HMAC(key: SymmetricKey(data: bytes))
  }

  /// The mark by which a record's key is recognised.
  public func mark(ofKey key: [[UInt8]], in table: String) -> Hash {
    mark("wis/tombstone/key/v1", [Array(table.utf8)] + key)
  }

  /// The mark by which a record with its contents is recognised. NULL is nil.
  public func mark(ofRow values: [[UInt8]?], columns: [String], key: [[UInt8]], in table: String) -> Hash {
    var parts = [Array(table.utf8)] + key
    for (column, value) in zip(columns, values) {
      parts.append(Array(column.utf8))
      parts.append(value.map { [1] + $0 } ?? [0])
    }
    return mark("wis/tombstone/row/v1", parts)
  }

  /// Each part goes with its length, so that no two lists of parts meet.
  private func mark(_ purpose: String, _ parts: [[UInt8]]) -> Hash {
    var mac = begun
    mac.update(data: Array(purpose.utf8))
    for part in parts {
      mac.update(data: withBigEndianBytes(UInt64(part.count)))
      mac.update(data: part)
    }
    guard let hash = Hash(bytes: Array(mac.finalize())) else { preconditionFailure("an HMAC-SHA256 has 32 bytes") }
    return hash
  }
}
