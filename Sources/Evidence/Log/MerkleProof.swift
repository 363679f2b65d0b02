/// Checking proofs as RFC 9162 sections 2.1.3.2 and 2.1.4.2 write it down.
public enum MerkleProof {
  /// Checks that `leaf` is at `index` in the tree of `size` leaves with this `root`.
  public static func verifyInclusion(of leaf: Hash, at index: Int64, size: Int64, root: Hash, proof: [Hash]) throws(EvidenceError) {
    guard 0 <= index, index < size else { throw inclusion("entry \(index) cannot be in a log of \(size) entries") }
    var (position, last, hash) = (index, size - 1, leaf)
    for sibling in proof {
      guard last > 0 else { throw inclusion("the proof is longer than the tree is high") }
      if position & 1 == 1 || position == last {
        hash = MerkleTree.nodeHash(sibling, hash)
        while position & 1 == 0, position != 0 { (position, last) = (position >> 1, last >> 1) }
      } else {
        hash = MerkleTree.nodeHash(hash, sibling)
      }
      (position, last) = (position >> 1, last >> 1)
    }
    guard last == 0 else { throw inclusion("the proof is shorter than the tree is high") }
    guard hash == root else { throw inclusion("the proof leads to another root than the checkpoint's") }
  }

  /// Checks that the tree of `size` leaves begins with the tree of `older` leaves. An empty older tree proves nothing and is refused.
  public static func verifyConsistency(
    from older: Int64, root olderRoot: Hash, to size: Int64, root: Hash, proof: [Hash]
  ) throws(EvidenceError) {
    guard 0 < older, older <= size else { throw consistency("a log of \(size) entries cannot follow one of \(older)") }
    if older == size {
      guard proof.isEmpty else { throw consistency("two trees of one size need no proof") }
      guard olderRoot == root else { throw consistency("two roots for one size: the log was forked") }
      return
    }
    var rest = proof[...]
    if older.nonzeroBitCount == 1 { rest = [olderRoot] + rest }
    guard let first = rest.popFirst() else { throw consistency("the proof is empty") }
    var (position, last) = (older - 1, size - 1)
    while position & 1 == 1 { (position, last) = (position >> 1, last >> 1) }
    var (olderHash, hash) = (first, first)
    for sibling in rest {
      guard last > 0 else { throw consistency("the proof is too long") }
      if position & 1 == 1 || position == last {
        olderHash = MerkleTree.nodeHash(sibling, olderHash)
        hash = MerkleTree.nodeHash(sibling, hash)
        while position & 1 == 0, position != 0 { (position, last) = (position >> 1, last >> 1) }
      } else {
        hash = MerkleTree.nodeHash(hash, sibling)
      }
      (position, last) = (position >> 1, last >> 1)
    }
    guard last == 0 else { throw consistency("the proof is too short") }
    guard olderHash == olderRoot, hash == root else { throw consistency("the roots are not those of one growing log") }
  }

  private static func inclusion(_ reason: String) -> EvidenceError { .refused(what: "inclusion proof", reason: reason) }
  private static func consistency(_ reason: String) -> EvidenceError { .refused(what: "consistency proof", reason: reason) }
}
