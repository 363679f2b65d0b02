/// The state of the log at one size: C2SP tlog-checkpoint. Signed, it is a promise never to show another root for that size.
///
/// ```
/// log.example.nl/vernietiging
/// 15
/// rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=
///
/// — log.example.nl/vernietiging M9e0luh4jTG+…
/// ```
public struct Checkpoint: Hashable, Sendable {
  /// The log's identity, also the name of its key.
  public let origin: String
  /// The number of entries.
  public let size: Int64
  /// The root of the tree over them.
  public let root: Hash

  /// The checkpoint of a log at one size.
  public init(origin: String, size: Int64, root: Hash) {
    precondition(size >= 0, "a log has no negative size")
    self.origin = origin
    self.size = size
    self.root = root
  }

  /// Reads the three lines. Extension lines are refused: nobody audits them (tlog-checkpoint, "Note text").
  public init(text: String) throws(EvidenceError) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.count == 4, lines[3].isEmpty, !lines[0].isEmpty else {
      throw .malformed(what: "checkpoint", problem: "expected the three lines origin, size, root")
    }
    origin = lines[0]
    size = try treeNumber(lines[1], what: "checkpoint")
    root = try Hash(base64: lines[2])
  }

  /// The text that is signed.
  public var text: String { "\(origin)\n\(size)\n\(root.base64)\n" }
}

/// A checkpoint with the note that carries it, its signature checked.
public struct SignedCheckpoint: Hashable, Sendable {
  /// What was promised.
  public let checkpoint: Checkpoint
  /// The bytes as published, with every cosignature.
  public let note: SignedNote

  /// Reads a published checkpoint and checks that the log itself signed it.
  public init(parsing serialized: String, by log: NoteVerifier) throws(EvidenceError) {
    note = try SignedNote(parsing: serialized)
    checkpoint = try Checkpoint(text: note.text)
    guard checkpoint.origin == log.name else {
      throw .refused(what: "checkpoint", reason: "it is of \(checkpoint.origin), the trusted log is \(log.name)")
    }
    try log.verify(note)
  }

  init(checkpoint: Checkpoint, note: SignedNote) {
    self.checkpoint = checkpoint
    self.note = note
  }

  /// The bytes as published.
  public var serialized: String { note.serialized }
}

/// A decimal number in the one spelling that checkpoints and proofs allow.
func treeNumber(_ text: String, what: String) throws(EvidenceError) -> Int64 {
  guard let number = Int64(text), number >= 0, String(number) == text else {
    throw .malformed(what: what, problem: "expected a decimal number without leading zeroes")
  }
  return number
}
