import Evidence
import Testing

@Suite struct AntiRollbackTests {
  let tree = MerkleTree(leafHashes: (0..<20).map { MerkleTree.leafHash([UInt8($0)]) })

  func checkpoint(_ size: Int64) -> Checkpoint { Checkpoint(origin: "log", size: size, root: tree.root(size: size)) }

  @Test func `a store that is as new as all it is compared with may sign`() throws {
    let seen = [Int64(0), 3, 7].map { AntiRollback.Seen(source: "published", checkpoint: checkpoint($0)) }
    try AntiRollback.check(size: 7, seen: seen) { tree.root(size: $0) }
    try AntiRollback.check(size: 20, seen: seen) { tree.root(size: $0) }
  }

  @Test func `a restored older store refuses`() {
    let seen = [AntiRollback.Seen(source: "the published checkpoint", checkpoint: checkpoint(8))]
    #expect(throws: EvidenceError.rollback(store: 7, seen: 8, source: "the published checkpoint")) {
      try AntiRollback.check(size: 7, seen: seen) { tree.root(size: $0) }
    }
  }

  @Test func `a store with another history refuses`() {
    let seen = [AntiRollback.Seen(source: "a witness", checkpoint: Checkpoint(origin: "log", size: 5, root: Hash(of: "fork")))]
    #expect(throws: EvidenceError.rollback(store: 9, seen: 5, source: "a witness")) {
      try AntiRollback.check(size: 9, seen: seen) { tree.root(size: $0) }
    }
  }

  @Test func `the high-water mark rises and never falls`() throws {
    try withTemporaryFolder { folder in
      let mark = HighWater(path: "\(folder)/high-water")
      #expect(try mark.read() == nil)
      try mark.raise(to: checkpoint(4))
      try mark.raise(to: checkpoint(4))
      try mark.raise(to: checkpoint(9))
      #expect(throws: EvidenceError.self) { try mark.raise(to: checkpoint(8)) }
      #expect(throws: EvidenceError.self) { try mark.raise(to: Checkpoint(origin: "log", size: 9, root: Hash(of: "fork"))) }
      #expect(throws: EvidenceError.self) { try mark.raise(to: Checkpoint(origin: "other", size: 12, root: tree.root(size: 12))) }
      #expect(try mark.read() == checkpoint(9))
      try DurableFile.write(Array("9\n".utf8), to: mark.path)
      #expect(throws: EvidenceError.self) { try mark.read() }
      #expect(throws: EvidenceError.self) { try mark.raise(to: checkpoint(10)) }
    }
  }
}
