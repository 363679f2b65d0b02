/// The highest checkpoint ever signed, kept outside the backup set: a restored backup of the store would otherwise sign a
/// second root for a size that the world has already seen.
public struct HighWater {
  /// The file.
  public let path: String

  /// The mark in a file, which need not exist yet.
  public init(path: String) {
    self.path = path
  }

  /// The mark, or nil before the first signature.
  public func read() throws(EvidenceError) -> Checkpoint? {
    guard let bytes = try DurableFile.readIfPresent(path) else { return nil }
    return try Checkpoint(text: try strictText(bytes, what: "high-water mark"))
  }

  /// Raises the mark, before the signature leaves the house. It is never lowered.
  public func raise(to checkpoint: Checkpoint) throws(EvidenceError) {
    if let mark = try read() {
      guard mark.origin == checkpoint.origin else {
        throw .refused(what: "checkpoint", reason: "it is of \(checkpoint.origin), the high-water mark is of \(mark.origin)")
      }
      try AntiRollback.check(size: checkpoint.size, seen: [.init(source: "the high-water mark", checkpoint: mark)]) { size in
        size == checkpoint.size ? checkpoint.root : mark.root
      }
    }
    try DurableFile.write(Array(checkpoint.text.utf8), to: path)
  }
}

/// The check before every signature: is the store at least as new as everything the world has seen, and the same log?
public enum AntiRollback {
  /// A checkpoint that somebody already has.
  public struct Seen: Hashable, Sendable {
    /// Who has it, for the message: "the published checkpoint".
    public let source: String
    /// What was promised.
    public let checkpoint: Checkpoint

    /// A checkpoint known from a source.
    public init(source: String, checkpoint: Checkpoint) {
      self.source = source
      self.checkpoint = checkpoint
    }
  }

  /// Refuses when the store is smaller than a checkpoint already seen, or has another root at that size.
  public static func check(
    size: Int64, seen: [Seen], rootAt: (_ size: Int64) throws(EvidenceError) -> Hash
  ) throws(EvidenceError) {
    for known in seen {
      let mark = known.checkpoint
      guard mark.size <= size, try rootAt(mark.size) == mark.root else {
        throw .rollback(store: size, seen: mark.size, source: known.source)
      }
    }
  }
}
