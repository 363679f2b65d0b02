/// A published log read from the first entry to the last and found to be what its checkpoint promises. Only reading one makes it.
public struct LogAudit: Hashable, Sendable {
  /// The checkpoint whose root the entries give.
  public let checkpoint: SignedCheckpoint
  /// Every entry in order.
  public let entries: [LeafRecord]
  /// How many files were read and derived again.
  public let files: Int

  /// Reads a whole log: the checkpoint's signature, every bundle, every tile derived again from the entries, and the root.
  public init(of log: PublishedLog, key: NoteVerifier) throws(EvidenceError) {
    guard let signed = try log.checkpoint(by: key) else {
      throw .refused(what: "log", reason: "\(log.folder) has no checkpoint")
    }
    let size = signed.checkpoint.size
    let tiles = Tile.growth(from: 0, to: size)
    var entries: [LeafRecord] = []
    for tile in tiles where tile.content == .entries {
      let bytes = try log.read(tile)
      let records = try EntryBundle.records(bytes, of: tile)
      guard EntryBundle.bytes(records) == bytes else { throw .malformed(what: tile.path, problem: "not in its one byte form") }
      entries += records
    }
    var level = entries.map(\.leafHash)
    for number in 0..<8 where !level.isEmpty {
      for tile in tiles where tile.content == .hashes(level: number) {
        let start = Int(tile.index * Tile.fullWidth)
        guard try log.hashes(of: tile) == Array(level[start..<start + Int(tile.width)]) else {
          throw .refused(what: tile.path, reason: "its hashes are not those of the entries")
        }
      }
      if number == 0 {
        guard MerkleTree(leafHashes: level).root(size: size) == signed.checkpoint.root else {
          throw .refused(what: "log", reason: "the entries give another root than the checkpoint")
        }
      }
      level = (0..<level.count / 256).map { MerkleTree(leafHashes: Array(level[$0 * 256..<$0 * 256 + 256])).root(size: 256) }
    }
    guard size > 0 || signed.checkpoint.root == Hash(of: []) else {
      throw .refused(what: "log", reason: "an empty log with a root that is not empty")
    }
    checkpoint = signed
    self.entries = entries
    files = tiles.count + 1
  }
}
