import Evidence
import Foundation
import Testing

@Suite struct PublishedLogTests {
  @Test func `paths are those of tlog-tiles`() {
    #expect(Tile(.hashes(level: 0), index: 1_234_067).path == "tile/0/x001/x234/067")
    #expect(Tile(.hashes(level: 1), index: 0, width: 17).path == "tile/1/000.p/17")
    #expect(Tile(.entries, index: 1000, width: 1).path == "tile/entries/x001/000.p/1")
    #expect(Tile(.entries, index: 999).path == "tile/entries/999")
  }

  @Test func `a log of 70000 entries has the tiles that the specification counts`() {
    let hashes = Tile.growth(from: 0, to: 70_000).filter { $0.content != .entries }
    #expect(hashes.filter { $0.content == .hashes(level: 0) && $0.width == 256 }.count == 273)
    #expect(hashes.filter { $0.width < 256 }.map(\.path) == ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"])
    #expect(hashes.filter { $0.content == .hashes(level: 1) && $0.width == 256 }.count == 1)
    #expect(Tile.growth(from: 0, to: 256).map(\.path) == ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"])
    #expect(Tile.growth(from: 256, to: 257).map(\.path) == ["tile/entries/001.p/1", "tile/0/001.p/1"])
    #expect(Tile.growth(from: 5, to: 5).isEmpty)
  }

  @Test(arguments: UInt64(0)..<6) func `growing in steps gives the same files as building at once, and both pass the audit`(
    seed: UInt64
  ) throws {
    var random = SeededGenerator(seed: seed)
    let sample = try Sample()
    let records = Sample.records(Int.random(in: 500...900, using: &random), seed: seed)
    try withTemporaryFolder { folder in
      let (grown, built) = (PublishedLog(folder: "\(folder)/grown"), PublishedLog(folder: "\(folder)/built"))
      var size = 0
      while size < records.count {
        let next = min(records.count, size + Int.random(in: 1...300, using: &random))
        let root = try grown.extend(from: Int64(size), with: Array(records[size..<next]))
        #expect(root == MerkleTree(leafHashes: records[..<next].map(\.leafHash)).root(size: Int64(next)))
        size = next
      }
      let root = try built.extend(from: 0, with: records)
      let signed = try sample.log.sign(Checkpoint(origin: Sample.origin, size: Int64(size), root: root))
      for log in [grown, built] {
        try log.publish(signed)
        #expect(try LogAudit(of: log, key: sample.trust.log).entries == records)
      }
      for tile in Tile.growth(from: 0, to: Int64(size)) {
        #expect(try DurableFile.read("\(grown.folder)/\(tile.path)") == DurableFile.read("\(built.folder)/\(tile.path)"))
      }
      for index in stride(from: 0, to: size, by: 37) {
        let proof = try grown.proof(of: Int64(index), under: signed)
        #expect(try LogProof(parsing: proof.serialized) == proof)
        try proof.verify(records[index], log: sample.trust.log)
        #expect(throws: EvidenceError.self) { try proof.verify(records[(index + 1) % size], log: sample.trust.log) }
      }
      let tree = MerkleTree(leafHashes: records.map(\.leafHash))
      let older = Int64.random(in: 1...Int64(size), using: &random)
      let proof = try grown.tree(size: Int64(size)).consistencyProof(from: older, to: Int64(size))
      try MerkleProof.verifyConsistency(from: older, root: tree.root(size: older), to: Int64(size), root: root, proof: proof)
    }
  }

  @Test func `an audit notices a change in any file of the log`() throws {
    let sample = try Sample()
    try withTemporaryFolder { folder in
      let log = PublishedLog(folder: folder)
      let root = try log.extend(from: 0, with: Sample.records(300, seed: 1))
      try log.publish(try sample.log.sign(Checkpoint(origin: Sample.origin, size: 300, root: root)))
      let audit = try LogAudit(of: log, key: sample.trust.log)
      #expect(audit.entries.count == 300)
      let files = Tile.growth(from: 0, to: 300).map(\.path) + ["checkpoint"]
      #expect(audit.files == files.count)
      for file in files {
        let path = "\(folder)/\(file)"
        let good = try DurableFile.read(path)
        for damage in Damage.allCases {
          try DurableFile.write(damage.applied(to: good), to: path)
          #expect(throws: EvidenceError.self, "\(damage) of \(file)") { try LogAudit(of: log, key: sample.trust.log) }
        }
        try FileManager.default.removeItem(atPath: path)
        #expect(throws: EvidenceError.self, "no \(file)") { try LogAudit(of: log, key: sample.trust.log) }
        try DurableFile.write(good, to: path)
      }
      #expect(throws: EvidenceError.self) { try LogAudit(of: log, key: try LogKey(origin: Sample.origin).verifier) }
    }
  }

  @Test func `an empty log is a log`() throws {
    let sample = try Sample()
    try withTemporaryFolder { folder in
      let log = PublishedLog(folder: "\(folder)/new")
      #expect(try log.checkpoint(by: sample.trust.log) == nil)
      let root = try log.extend(from: 0, with: [])
      try log.publish(try sample.log.sign(Checkpoint(origin: Sample.origin, size: 0, root: root)))
      #expect(try LogAudit(of: log, key: sample.trust.log).entries.isEmpty)
    }
  }
}

enum Damage: CaseIterable {
  case first, middle, last, truncated, extended, emptied

  func applied(to bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    switch self {
    case .first: bytes[0] ^= 1
    case .middle: bytes[bytes.count / 2] ^= 1
    case .last: bytes[bytes.count - 1] ^= 1
    case .truncated: bytes.removeLast()
    case .extended: bytes.append(0x0a)
    case .emptied: bytes = []
    }
    return bytes
  }
}
