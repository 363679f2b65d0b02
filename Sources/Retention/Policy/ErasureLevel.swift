/// How far an erasure goes. What each level claims is in the certificate.
public enum ErasureLevel: String, Hashable, Sendable, CaseIterable, Comparable {
  /// The records can no longer be retrieved through the database. Their bytes may remain in its files.
  case logical
  /// The database's files are written anew without the records.
  case rewritten
  /// What belongs to nothing in the database's files is overwritten in place.
  case scrubbed

  /// Whether one level claims less than another. The two upper levels leave the same behind: nothing.
  public static func < (left: ErasureLevel, right: ErasureLevel) -> Bool { left == .logical && right != .logical }
}

/// How much an erasure beyond `logical` may cost. What does not fit is not done, and the certificate says so.
public struct ScrubBudget: Hashable, Sendable {
  /// Seconds; nil is no limit.
  public let seconds: Int?
  /// Bytes of disk that may be used for a while; nil is no limit.
  public let bytes: Int?

  /// No limits.
  public static let unlimited = ScrubBudget(seconds: nil, bytes: nil)

  /// A budget of time and disk.
  public init(seconds: Int?, bytes: Int?) {
    self.seconds = seconds
    self.bytes = bytes
  }
}
