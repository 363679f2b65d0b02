/// The folder that any web server can carry: `checkpoint`, `tile/…`. Everything in it can be derived again from the
/// sequencer's rows, so a crash at any step is repaired by ``extend(from:with:)`` from zero.
///
/// ```swift
/// let root = try log.extend(from: size, with: records)          // tiles are on the disk
/// // the caller records (size, root) as its checkpoint row, checks the high-water mark, then
/// try log.publish(key.sign(Checkpoint(origin: key.origin, size: newSize, root: root)))
/// let proof = try log.proof(of: index, under: signed)           // the certificate can be released
/// ```
public struct PublishedLog {
  /// The folder.
  public let folder: String

  /// A log in a folder, which need not exist yet.
  public init(folder: String) {
    self.folder = folder
  }

  /// Writes the tiles and bundles of new entries behind the first `old`, and answers the new root. Publishes nothing: until
  /// ``publish(_:)`` nobody is told that they exist.
  public func extend(from old: Int64, with records: [LeafRecord]) throws(EvidenceError) -> Hash {
    let size = old + Int64(records.count)
    for tile in Tile.growth(from: old, to: size) {
      let known = min(max(previousCount(of: tile, size: old), 0), tile.width)
      let bytes: [UInt8] =
        switch tile.content {
        case .entries: try kept(tile, known) + EntryBundle.bytes(fresh(tile, known, old, records))
        case .hashes(0): try kept(tile, known) + fresh(tile, known, old, records).flatMap(\.leafHash.bytes)
        case .hashes(let level): try kept(tile, known) + summaries(tile, known, level)
        }
      try write(bytes, tile)
    }
    return try tree(size: size).root(size: size)
  }

  /// Makes a signed checkpoint the published one.
  public func publish(_ signed: SignedCheckpoint) throws(EvidenceError) {
    try DurableFile.makeFolder(folder)
    try DurableFile.write(Array(signed.serialized.utf8), to: "\(folder)/checkpoint")
  }

  /// The published checkpoint, its signature checked; nil before the first.
  public func checkpoint(by log: NoteVerifier) throws(EvidenceError) -> SignedCheckpoint? {
    guard let bytes = try DurableFile.readIfPresent("\(folder)/checkpoint") else { return nil }
    return try SignedCheckpoint(parsing: try strictText(bytes, what: "checkpoint"), by: log)
  }

  /// The proof of one entry under a checkpoint whose tiles are here.
  public func proof(of index: Int64, under signed: SignedCheckpoint) throws(EvidenceError) -> LogProof {
    let size = signed.checkpoint.size
    guard index >= 0, index < size else { throw .refused(what: "log proof", reason: "entry \(index) is not among the first \(size)") }
    return LogProof(index: index, hashes: try tree(size: size).inclusionProof(of: index, size: size), checkpoint: signed)
  }

  /// The tree of a size whose tiles are here.
  public func tree(size: Int64) -> MerkleTree<EvidenceError> {
    MerkleTree { (height, index) throws(EvidenceError) in
      let level = height / Tile.height
      let within = height % Tile.height
      // A node inside a tile is the root over 2^within neighbouring hashes of that tile.
      let first = index << Int64(within)
      let tile = Tile.covering(level: level, hash: first, size: size)
      let hashes = try self.hashes(of: tile)
      let start = Int(first % Tile.fullWidth)
      let span = Array(hashes[start..<start + 1 << within])
      return MerkleTree(leafHashes: span).root(size: Int64(span.count))
    }
  }
}

extension PublishedLog {
  /// The hashes of a tile as published; a partial tile may have been replaced by a wider one since.
  func hashes(of tile: Tile) throws(EvidenceError) -> [Hash] {
    let bytes = try read(tile)
    guard bytes.count == Int(tile.width) * 32 else {
      throw .malformed(what: tile.path, problem: "expected \(tile.width * 32) bytes, found \(bytes.count)")
    }
    return stride(from: 0, to: bytes.count, by: 32).compactMap { Hash(bytes: bytes[$0..<$0 + 32]) }
  }

  func read(_ tile: Tile) throws(EvidenceError) -> [UInt8] {
    try DurableFile.read("\(folder)/\(tile.path)")
  }

  private func write(_ bytes: [UInt8], _ tile: Tile) throws(EvidenceError) {
    let path = "\(folder)/\(tile.path)"
    try DurableFile.makeFolder(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
    try DurableFile.write(bytes, to: path)
  }

  /// What an older, narrower version of this tile holds; it is extended, never changed.
  private func kept(_ tile: Tile, _ known: Int64) throws(EvidenceError) -> [UInt8] {
    known == 0 ? [] : try read(Tile(tile.content, index: tile.index, width: known))
  }

  private func fresh(_ tile: Tile, _ known: Int64, _ old: Int64, _ records: [LeafRecord]) -> ArraySlice<LeafRecord> {
    let start = tile.index * Tile.fullWidth
    return records[Int(start + known - old)..<Int(start + tile.width - old)]
  }

  private func summaries(_ tile: Tile, _ known: Int64, _ level: Int) throws(EvidenceError) -> [UInt8] {
    var bytes: [UInt8] = []
    for position in known..<tile.width {
      let below = try hashes(of: Tile(.hashes(level: level - 1), index: tile.index * Tile.fullWidth + position))
      bytes += MerkleTree.init(leafHashes: below).root(size: Tile.fullWidth).bytes
    }
    return bytes
  }

  private func previousCount(of tile: Tile, size: Int64) -> Int64 {
    let shift: Int64 =
      switch tile.content {
      case .entries: 0
      case .hashes(let level): Int64(level * Tile.height)
      }
    return size >> shift - tile.index * Tile.fullWidth
  }
}

extension Tile {
  /// The tile of one level that holds a hash, as wide as a log of this size has it.
  static func covering(level: Int, hash: Int64, size: Int64) -> Tile {
    let index = hash / fullWidth
    let count = size >> Int64(level * height)
    return Tile(.hashes(level: level), index: index, width: min(fullWidth, count - index * fullWidth))
  }
}

/// Bytes as text, refused when they are not valid UTF-8.
func strictText(_ bytes: [UInt8], what: String) throws(EvidenceError) -> String {
  guard let text = String(validating: bytes, as: UTF8.self) else { throw .malformed(what: what, problem: "invalid UTF-8") }
  return text
}
