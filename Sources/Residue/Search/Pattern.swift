/// Some bytes to look for, and what it means to find them.
public struct Pattern: Hashable, Sendable {
  /// The bytes, at least ``shortest`` of them.
  public let bytes: [UInt8]
  /// Whether it counts only where no digit stands on either side: a short number is found inside every longer one.
  public let isWholeNumber: Bool

  /// Fewer bytes than this are found everywhere.
  public static let shortest = 8
  /// Of longer ones this many are compared, around their rarest window.
  public static let longest = 48

  /// Bytes to look for.
  public init(_ bytes: [UInt8], isWholeNumber: Bool = false) {
    precondition(bytes.count >= Self.shortest, "a pattern has at least \(Self.shortest) bytes")
    self.bytes = bytes
    self.isWholeNumber = isWholeNumber
  }
}

/// A place where a pattern was found.
public struct Hit: Hashable, Sendable {
  /// The position of the pattern in the list that the scanner was made of.
  public let pattern: Int
  /// The first byte that was compared. Of a long pattern that is not its own first byte.
  public let position: Int
}
