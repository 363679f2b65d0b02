import Evidence
import Testing

@Suite struct NoteTests {
  /// C2SP signed-note.md, "Example".
  let vkey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
  let example = """
    This is an example message.

    — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=

    """

  /// transparency-dev/tessera testdata/log, with the public test key of its build_log.sh.
  let tesseraKey = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
  let tessera = """
    example.com/log/testdata
    15
    rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=

    — example.com/log/testdata M9e0luh4jTG+UMBqOUo9/q+yAEvx1ilBEniMvjf1zfcBOhg+CKubMt53MvIt/uEWP6zdkdIQzd/fmwlM/dlPWF74ewI=

    """

  @Test func `the note of the specification verifies and keeps its bytes`() throws {
    let note = try SignedNote(parsing: example)
    let key = try NoteVerifier(vkey: vkey)
    try key.verify(note)
    #expect(note.serialized == example)
    #expect(key.vkey == vkey)
  }

  @Test func `a checkpoint of another implementation verifies, and its entries give its root`() throws {
    let signed = try SignedCheckpoint(parsing: tessera, by: try NoteVerifier(vkey: tesseraKey))
    let words = "one two three four five six seven eit nain ten ileven twelf threeten fourten fivten".split(separator: " ")
    let tree = MerkleTree(leafHashes: words.map { MerkleTree.leafHash(Array($0.utf8)) })
    #expect(signed.checkpoint.size == 15)
    #expect(signed.checkpoint.root == tree.root(size: 15))
    #expect(signed.serialized == tessera)
  }

  @Test func `the same key signs the same checkpoint as the other implementation`() throws {
    let secret = try [UInt8](strictBase64: "AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg")
    let key = try LogKey(origin: "example.com/log/testdata", seed: Array(secret.dropFirst()))
    #expect(try key.verifier.vkey == tesseraKey)
    let checkpoint = try SignedCheckpoint(parsing: tessera, by: key.verifier).checkpoint
    #expect(try key.sign(checkpoint).serialized == tessera)
  }

  @Test func `changing any byte of a checkpoint is noticed`() throws {
    let key = try NoteVerifier(vkey: tesseraKey)
    let bytes = Array(tessera.utf8)
    for position in bytes.indices {
      var changed = bytes
      changed[position] ^= 1
      guard let text = String(validating: changed, as: UTF8.self) else { continue }
      #expect(throws: EvidenceError.self, "byte \(position)") { try SignedCheckpoint(parsing: text, by: key) }
    }
    for length in bytes.indices {
      #expect(throws: EvidenceError.self, "cut to \(length)") {
        try SignedCheckpoint(parsing: String(decoding: bytes[..<length], as: UTF8.self), by: key)
      }
    }
  }

  @Test func `signatures of strangers are ignored, a bad one of ours is not`() throws {
    let key = try NoteVerifier(vkey: vkey)
    let stranger = "— example.com/bar AAAAAUn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
    try key.verify(try SignedNote(parsing: example + stranger))
    let bad = "— example.com/foo Uw2QOgAAAAAA\n"
    #expect(throws: EvidenceError.self) { try key.verify(try SignedNote(parsing: example + bad)) }
    #expect(throws: EvidenceError.self) { try key.verify(try SignedNote(parsing: "text\n\n" + stranger)) }
  }

  @Test(arguments: [
    "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "a+b", "",
    "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
  ])
  func `a vkey that contradicts itself is refused`(text: String) {
    #expect(throws: EvidenceError.self) { try NoteVerifier(vkey: text) }
  }

  @Test(arguments: [
    "o\n01\n", "o\n-1\n", "o\n+1\n", "\n1\n", "o\n1\nAAAA\n", "o\n1\n", "o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nextension\n",
  ])
  func `a checkpoint of another form is refused`(text: String) {
    #expect(throws: EvidenceError.self) { try Checkpoint(text: text) }
  }

  @Test func `a certificate's log entry has 162 bytes and reads back`() throws {
    for kind in LeafRecord.Kind.allCases {
      let record = LeafRecord(kind: kind, id: "VN-7K3QX9D2M5W8RJ0T4ZB6CHNYFE", jws: "a.b.c")
      #expect(try LeafRecord(text: record.text) == record)
      #expect(record.text.utf8.count == 151 + kind.rawValue.utf8.count)
      #expect(throws: EvidenceError.self) { try LeafRecord(text: record.text + "\n") }
      #expect(throws: EvidenceError.self) { try LeafRecord(text: record.text.uppercased()) }
    }
    #expect(LeafRecord(certificate: CertificateID(), jws: "").text.utf8.count == 162)
  }
}
