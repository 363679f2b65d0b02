/// RFC 6962 section 2.1: tree hashing and proofs over nodes that somebody else stores.
///
/// A node is a *perfect* subtree, named by its height and its index at that height; every hash and proof of every size is
/// made of such nodes alone. Where they come from (memory, tiles on disk) is the caller's closure.
public struct MerkleTree<Failure: Error> {
  /// The hash of the perfect subtree of `2^height` leaves that starts at leaf `index * 2^height`.
  public typealias Nodes = (_ height: Int, _ index: Int64) throws(Failure) -> Hash

  private let node: Nodes

  /// A tree whose nodes are read through a closure.
  public init(nodes: @escaping Nodes) {
    node = nodes
  }

  /// The root of the first `size` leaves.
  public func root(size: Int64) throws(Failure) -> Hash {
    size == 0 ? Hash(of: []) : try hash(0, size)
  }

  /// The audit path of leaf `index` in the tree of `size` leaves, from the leaf's sibling upwards.
  public func inclusionProof(of index: Int64, size: Int64) throws(Failure) -> [Hash] {
    precondition(0 <= index && index < size, "no such leaf in a tree of this size")
    return try path(index, 0, size)
  }

  /// The proof that the tree of `size` leaves begins with the tree of `older` leaves.
  public func consistencyProof(from older: Int64, to size: Int64) throws(Failure) -> [Hash] {
    precondition(0 < older && older <= size, "no such older tree")
    return try subproof(older, 0, size, complete: true)
  }

  private func hash(_ start: Int64, _ end: Int64) throws(Failure) -> Hash {
    let count = end - start
    if count.nonzeroBitCount == 1 {
      let height = count.trailingZeroBitCount
      return try node(height, start >> Int64(height))
    }
    let middle = start + Self.split(count)
    return MerkleTree<Never>.nodeHash(try hash(start, middle), try hash(middle, end))
  }

  private func path(_ index: Int64, _ start: Int64, _ end: Int64) throws(Failure) -> [Hash] {
    if end - start == 1 { return [] }
    let middle = start + Self.split(end - start)
    return index < middle
      ? try path(index, start, middle) + [try hash(middle, end)]
      : try path(index, middle, end) + [try hash(start, middle)]
  }

  /// RFC 6962 section 2.1.2, SUBPROOF.
  private func subproof(_ older: Int64, _ start: Int64, _ end: Int64, complete: Bool) throws(Failure) -> [Hash] {
    if older == end { return complete ? [] : [try hash(start, end)] }
    let middle = start + Self.split(end - start)
    return older <= middle
      ? try subproof(older, start, middle, complete: complete) + [try hash(middle, end)]
      : try subproof(older, middle, end, complete: false) + [try hash(start, middle)]
  }

  /// The largest power of two smaller than `count`.
  private static func split(_ count: Int64) -> Int64 {
    1 << Int64(63 - (count - 1).leadingZeroBitCount)
  }
}

extension MerkleTree where Failure == Never {
  /// A tree over leaf hashes in memory.
  public init(leafHashes: [Hash]) {
    var levels = [leafHashes]
    while let below = levels.last, below.count > 1 {
      levels.append((0..<below.count / 2).map { Self.nodeHash(below[2 * $0], below[2 * $0 + 1]) })
    }
    self.init { (height, index) in levels[height][Int(index)] }
  }

  /// The hash of a leaf's content.
  public static func leafHash(_ content: [UInt8]) -> Hash { Hash(of: [0] + content) }

  /// The hash of two subtrees.
  public static func nodeHash(_ left: Hash, _ right: Hash) -> Hash { Hash(of: [1] + left.bytes + right.bytes) }
}
