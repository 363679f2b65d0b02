/// What a run found of rows that were erased before and are there again.
public struct RestoredReport: Hashable, Sendable {
  /// How many went again.
  public var erased = 0
  /// How many were marked again that came back without their mark.
  public var marked = 0
  /// How many are still there: rows that stay name them, or a hold was placed since.
  public var blocked = 0
  /// How many rows have the key of an erased one and other contents, and were left alone.
  public var returned = 0

  /// Nothing found, or what was.
  public init(erased: Int = 0, blocked: Int = 0, returned: Int = 0) {
    self.erased = erased
    self.blocked = blocked
    self.returned = returned
  }

  /// Whether something is left that a person must look at: beside rows that certainly came back, others with the keys of erased
  /// ones may be older versions from the same backup.
  public var needsAttention: Bool { blocked > 0 || (erased > 0 && returned > 0) }
}
