import Evidence
import Testing

/// Values of the reference tree of Certificate Transparency, as in transparency-dev/merkle `testonly/constants.go`.
private let inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
private let roots = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

@Suite struct MerkleTests {
  let leaves = inputs.map { MerkleTree.leafHash([UInt8](lowerHex: $0) ?? []) }

  @Test(arguments: 0...8) func `roots are those of RFC 6962's reference tree`(size: Int) {
    #expect(MerkleTree(leafHashes: Array(leaves.prefix(size))).root(size: Int64(size)).hex == roots[size])
    #expect(MerkleTree(leafHashes: leaves).root(size: Int64(size)).hex == roots[size])
  }

  @Test(arguments: [
    // transparency-dev/merkle testdata/inclusion/{1,2,3,4}/happy-path.json
    (
      0, 8,
      [
        "lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c=", "Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=",
        "a0eq8p7jwq+a+Im8H7klTavTEXfxYjLdaqsDXKOb9uQ=",
      ]
    ),
    (
      5, 8,
      [
        "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=", "yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=",
        "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=",
      ]
    ),
    (2, 3, ["+sVCA+fMaWzw38tCySodnbr3CtnmIfS9jZhmLwDjwSU="]),
    (
      1, 5,
      [
        "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=", "Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=",
        "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=",
      ]
    ),
  ])
  func `inclusion proofs are those of transparency-dev`(index: Int64, size: Int64, proof: [String]) throws {
    let tree = MerkleTree(leafHashes: leaves)
    #expect(tree.inclusionProof(of: index, size: size).map(\.base64) == proof)
    try MerkleProof.verifyInclusion(
      of: leaves[Int(index)], at: index, size: size, root: Hash(hex: roots[Int(size)]), proof: proof.map { try Hash(base64: $0) })
  }

  @Test(
    arguments: [
      // transparency-dev/merkle testdata/consistency/{0,1,2,3,4}/happy-path.json
      (1, 1, []),
      (
        1, 8,
        [
          "lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c=", "Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=",
          "a0eq8p7jwq+a+Im8H7klTavTEXfxYjLdaqsDXKOb9uQ=",
        ]
      ),
      (
        6, 8,
        [
          "DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o=", "yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=",
          "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=",
        ]
      ),
      (2, 5, ["Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=", "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms="]),
      (
        6, 7,
        [
          "DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o=", "sIaT7C5yFZcTBkHoIR5+7cy0wmQTlj7ubB4u0W/7Gl8=",
          "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=",
        ]
      ),
    ] as [(Int64, Int64, [String])])
  func `consistency proofs are those of transparency-dev`(older: Int64, size: Int64, proof: [String]) throws {
    #expect(MerkleTree(leafHashes: leaves).consistencyProof(from: older, to: size).map(\.base64) == proof)
    try MerkleProof.verifyConsistency(
      from: older, root: Hash(hex: roots[Int(older)]), to: size, root: Hash(hex: roots[Int(size)]),
      proof: proof.map { try Hash(base64: $0) })
  }

  @Test func `every proof of every tree up to 40 leaves holds, and any change breaks it`() throws {
    let leaves = (0..<40).map { MerkleTree.leafHash([UInt8($0)]) }
    let tree = MerkleTree(leafHashes: leaves)
    let stranger = Hash(of: "stranger")
    for size in Int64(1)...40 {
      let root = tree.root(size: size)
      for index in 0..<size {
        let proof = tree.inclusionProof(of: index, size: size)
        try MerkleProof.verifyInclusion(of: leaves[Int(index)], at: index, size: size, root: root, proof: proof)
        #expect(throws: EvidenceError.self) {
          try MerkleProof.verifyInclusion(of: stranger, at: index, size: size, root: root, proof: proof)
        }
        #expect(throws: EvidenceError.self) {
          try MerkleProof.verifyInclusion(of: leaves[Int(index)], at: index, size: size, root: root, proof: proof + [stranger])
        }
        for position in proof.indices {
          var changed = proof
          changed[position] = stranger
          #expect(throws: EvidenceError.self) {
            try MerkleProof.verifyInclusion(of: leaves[Int(index)], at: index, size: size, root: root, proof: changed)
          }
        }
        #expect(throws: EvidenceError.self) {
          try MerkleProof.verifyInclusion(
            of: leaves[Int(index)], at: index, size: size, root: root, proof: Array(proof.dropLast()) + (size == 1 ? [stranger] : []))
        }
      }
      for older in 1...size {
        let proof = tree.consistencyProof(from: older, to: size)
        try MerkleProof.verifyConsistency(from: older, root: tree.root(size: older), to: size, root: root, proof: proof)
        #expect(throws: EvidenceError.self) {
          try MerkleProof.verifyConsistency(from: older, root: stranger, to: size, root: root, proof: proof)
        }
        #expect(throws: EvidenceError.self) {
          try MerkleProof.verifyConsistency(from: older, root: tree.root(size: older), to: size, root: stranger, proof: proof)
        }
        #expect(throws: EvidenceError.self) {
          try MerkleProof.verifyConsistency(from: older, root: tree.root(size: older), to: size, root: root, proof: proof + [stranger])
        }
      }
    }
  }

  @Test func `a consistency proof from nothing is refused`() {
    #expect(throws: EvidenceError.self) {
      try MerkleProof.verifyConsistency(from: 0, root: Hash(of: ""), to: 8, root: Hash(hex: roots[8]), proof: [])
    }
    #expect(throws: EvidenceError.self) {
      try MerkleProof.verifyConsistency(from: 8, root: Hash(hex: roots[8]), to: 7, root: Hash(hex: roots[7]), proof: [])
    }
  }
}
