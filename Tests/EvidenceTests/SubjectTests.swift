import Testing

@testable import Evidence

@Suite struct SubjectTests {
  let id: CertificateID
  let key: Hash

  init() throws {
    id = try CertificateID("VN-7K3QX9D2M5W8RJ0T4ZB6CHNYFE")
    key = try Hash(hex: (0..<32).map { UInt8($0) }.lowerHex)
  }

  @Test func `the commitment is that of the specification`() throws {
    let subject = try SubjectIdentifier(bsn: "111222333")
    let opening = SubjectOpening(subject, certificate: id, key: key)
    #expect(opening.subjectKey.hex == "3d11719569260e42bda01670f0a5b1fe74b5081262e5c9c3b85a8eede16d7938")
    #expect(opening.commitment.hex == "0f5f44f5d066f9c53233ccccbcb53ed3c88ccadbe75dba0765c3ed440e4f515c")
  }

  @Test(arguments: [0, 1, 2, 7, 8, 9, 16, 17]) func `who is covered can prove it and nobody else, and the number is hidden`(
    count: Int
  ) throws {
    let subjects = try (0..<count).map { try SubjectIdentifier(schema: "public", table: "person", key: String($0)) }
    let commitments = SubjectCommitments(Set(subjects), certificate: id, key: key)
    #expect(commitments.leaves.count == (count <= 8 ? 8 : count <= 16 ? 16 : 32))
    for subject in subjects {
      let proof = try #require(commitments.proof(of: subject))
      try proof.verify(subject, certificate: id, root: commitments.root)
      #expect(throws: EvidenceError.self) { try proof.verify(subject, certificate: CertificateID(), root: commitments.root) }
      #expect(throws: EvidenceError.self) { try proof.verify(SubjectIdentifier(bsn: "111222333"), certificate: id, root: commitments.root) }
    }
    #expect(commitments.proof(of: try SubjectIdentifier(bsn: "111222333")) == nil)
  }

  @Test func `a BSN has nine digits and passes the eleven-test`() throws {
    #expect(try SubjectIdentifier(bsn: "10000008").normalized == "010000008")
    for wrong in ["111222334", "000000000", "", "1112223334", "11122233a", "١١١٢٢٢٣٣٣"] {
      #expect(throws: EvidenceError.self) { try SubjectIdentifier(bsn: wrong) }
    }
  }

  @Test func `an e-mail address has one form`() throws {
    let forms = [" Jos\u{e9}@Example.NL ", "jose\u{301}@example.nl\n", "JOS\u{c9}@EXAMPLE.NL"]
    #expect(Set(try forms.map { Array(try SubjectIdentifier(email: $0).normalized.utf8) }).count == 1)
    for wrong in ["", "a", "@", "a@", "a@b@c", "a b@c"] { #expect(throws: EvidenceError.self) { try SubjectIdentifier(email: wrong) } }
  }

  @Test func `a key is bound to its table`() throws {
    #expect(try SubjectIdentifier(schema: "s", table: "t", key: "1:2").normalized == "s.t:1:2")
    #expect(throws: EvidenceError.self) { try SubjectIdentifier(schema: "s.t", table: "u", key: "1") }
    #expect(throws: EvidenceError.self) { try SubjectIdentifier(schema: "s", table: "t", key: "") }
  }

  @Test func `an error about a subject does not repeat it`() {
    do {
      _ = try SubjectIdentifier(bsn: "123456789")
      Issue.record("accepted")
    } catch {
      #expect(!"\(error)".contains("123456789"))
    }
  }
}
