/// Names for log lines: the same record or tenant gets the same reference on one node, and nobody without the node's secret can go back.
public struct KeyedReference: Sendable {
  private let secret: [UInt8]

  /// References under a node's secret of at least 32 bytes.
  public init(secret: [UInt8]) throws(EvidenceError) {
    guard secret.count >= 32 else { throw .malformed(what: "node secret", problem: "expected at least 32 bytes") }
    self.secret = secret
  }

  /// 16 hexadecimal digits for a value of a kind. The kind's length goes first, so that no two pairs meet.
  public func reference(to value: String, kind: String) -> String {
    let prefix = Array("vernietiging/reference/v1\0".utf8) + withBigEndianBytes(UInt64(kind.utf8.count))
    return String(Hash.authentication(of: prefix + Array(kind.utf8) + Array(value.utf8), key: secret).hex.prefix(16))
  }
}
