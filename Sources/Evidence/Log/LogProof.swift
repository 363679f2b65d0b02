/// The proof that an entry is in the log, readable by strangers' tools: C2SP tlog-proof, https://c2sp.org/tlog-proof.
///
/// ```
/// c2sp.org/tlog-proof@v1
/// index 73894
/// gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
/// …
///
/// log.example.nl/vernietiging
/// 109482
/// sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=
///
/// — log.example.nl/vernietiging hI2DJw…
/// ```
/// The optional `extra` line is refused: nothing authenticates it and we have no use for it.
public struct LogProof: Hashable, Sendable {
  /// The entry's number, from zero.
  public let index: Int64
  /// The audit path, from the leaf's sibling upwards.
  public let hashes: [Hash]
  /// The checkpoint, verbatim and not yet trusted.
  public let note: SignedNote

  /// A proof from its parts.
  public init(index: Int64, hashes: [Hash], checkpoint: SignedCheckpoint) {
    self.index = index
    self.hashes = hashes
    note = checkpoint.note
  }

  /// Reads a proof. What parses is written back as the same bytes.
  public init(parsing serialized: String) throws(EvidenceError) {
    let lines = serialized.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.first == Self.heading else { throw Self.malformed("does not begin with \(Self.heading)") }
    guard lines.count > 2, lines[1].hasPrefix("index ") else { throw Self.malformed("no index on its second line") }
    index = try treeNumber(String(lines[1].dropFirst(6)), what: "log proof")
    guard let blank = lines.firstIndex(where: \.isEmpty), blank < lines.count - 1 else {
      throw Self.malformed("no checkpoint after the proof")
    }
    guard blank - 2 <= 63 else { throw Self.malformed("more than 63 hashes") }
    var hashes: [Hash] = []
    for line in lines[2..<blank] { hashes.append(try Hash(base64: line)) }
    self.hashes = hashes
    note = try SignedNote(parsing: lines[(blank + 1)...].joined(separator: "\n"))
    guard Array(self.serialized.utf8) == Array(serialized.utf8) else { throw Self.malformed("not in its one byte form") }
  }

  /// The bytes of the proof as text.
  public var serialized: String {
    "\(Self.heading)\nindex \(index)\n" + hashes.map { $0.base64 + "\n" }.joined() + "\n" + note.serialized
  }

  /// Checks that the log signed the checkpoint and that the record is under its root.
  @discardableResult
  public func verify(_ record: LeafRecord, log: NoteVerifier) throws(EvidenceError) -> SignedCheckpoint {
    let signed = try SignedCheckpoint(parsing: note.serialized, by: log)
    try MerkleProof.verifyInclusion(
      of: record.leafHash, at: index, size: signed.checkpoint.size, root: signed.checkpoint.root, proof: hashes)
    return signed
  }

  private static let heading = "c2sp.org/tlog-proof@v1"

  private static func malformed(_ problem: String) -> EvidenceError { .malformed(what: "log proof", problem: problem) }
}
