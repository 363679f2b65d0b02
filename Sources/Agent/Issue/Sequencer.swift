import Evidence
import SQLite

/// Puts statements into the certificate log, one after another, and publishes what it promised.
///
/// The rows of the state store are the truth; the files can be derived from them at any time. So the order is: index and
/// leaf in one transaction, tiles, checkpoint row (its primary key is the size: never two roots for one), high-water mark,
/// signature, publication. A crash at any step is repaired by ``publish()``.
final class Sequencer {
  private let state: StateStore
  private let key: LogKey
  private let log: PublishedLog
  private let mark: HighWater

  init(state: StateStore, key: LogKey, folder: String, mark: String) {
    self.state = state
    self.key = key
    self.log = PublishedLog(folder: folder)
    self.mark = HighWater(path: mark)
  }

  /// The last published checkpoint; nil before the first.
  func published() throws(EvidenceError) -> SignedCheckpoint? { try log.checkpoint(by: key.verifier) }

  /// Publishes every leaf that the state store has and the world has not seen. Returns the checkpoint that holds them all.
  func publish(at moment: String) throws -> SignedCheckpoint {
    let records = try state.leaves()
    let size = Int64(records.count)
    let seen = try published()
    if let seen, seen.checkpoint.size == size {
      try refuseRollback(records, seen)
      return seen
    }
    let root = try log.extend(from: 0, with: records)
    try refuseRollback(records, seen)
    let checkpoint = Checkpoint(origin: key.origin, size: size, root: root)
    try mark.raise(to: checkpoint)
    let signed = try key.sign(checkpoint)
    try state.remember(signed, at: moment)
    try log.publish(signed)
    return signed
  }

  /// The proof that a leaf is in the log under a checkpoint.
  func proof(of index: Int64, under signed: SignedCheckpoint) throws(EvidenceError) -> LogProof {
    try log.proof(of: index, under: signed)
  }

  private func refuseRollback(_ records: [LeafRecord], _ published: SignedCheckpoint?) throws {
    let tree = MerkleTree(leafHashes: records.map(\.leafHash))
    var seen: [AntiRollback.Seen] = []
    if let published { seen.append(.init(source: "the published checkpoint", checkpoint: published.checkpoint)) }
    if let high = try mark.read() { seen.append(.init(source: "the high-water mark \(mark.path)", checkpoint: high)) }
    try AntiRollback.check(size: Int64(records.count), seen: seen) { size in tree.root(size: size) }
  }
}

extension StateStore {
  /// The leaves of the log, in order.
  func leaves() throws -> [LeafRecord] {
    var texts: [String] = []
    try speaking { database throws(SQLiteError) in
      var statement = try database.prepare("SELECT leaf FROM leaves ORDER BY leaf_index")
      while let row = try statement.next() { texts.append(try row.text(0)) }
    }
    return try texts.map { text in try LeafRecord(text: text) }
  }

  /// Gives a leaf the next index. Called inside a transaction.
  func append(_ leaf: LeafRecord) throws(AgentError) -> Int64 {
    try speaking { database throws(SQLiteError) in
      let index = try database.integer("SELECT count(*) FROM leaves")
      _ = try database.run("INSERT INTO leaves (leaf_index, leaf) VALUES (?1, ?2)", [.integer(index), .text(leaf.text)])
      return index
    }
  }

  /// Remembers a checkpoint. A second one of the same size must be the same: there is one root for each size.
  func remember(_ signed: SignedCheckpoint, at moment: String) throws(AgentError) {
    let size = signed.checkpoint.size
    let known = try speaking { database throws(SQLiteError) in
      _ = try database.run(
        "INSERT INTO checkpoints (tree_size, note, signed_at) VALUES (?1, ?2, ?3) ON CONFLICT (tree_size) DO NOTHING",
        [.integer(size), .text(signed.serialized), .text(moment)])
      return try database.text("SELECT note FROM checkpoints WHERE tree_size = ?1", [.integer(size)])
    }
    guard known == signed.serialized else { throw .evidence(.rollback(store: size, seen: size, source: "the state store")) }
  }
}
