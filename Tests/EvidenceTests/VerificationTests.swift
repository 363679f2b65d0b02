import Evidence
import Foundation
import Testing

@Suite struct VerificationTests {
  let sample: Sample
  let bundle: CertificateBundle
  let certificate: Certificate

  init() throws {
    sample = try Sample()
    (bundle, certificate) = try sample.bundle(at: 11, of: 27)
  }

  func failures(
    _ bundle: CertificateBundle, trust: TrustFolder? = nil, at moment: Moment = Sample.logged, id: CertificateID? = nil
  ) -> [VerificationOfCertificate.Step] {
    let verdict = VerificationOfCertificate(of: bundle, trust: trust ?? sample.trust, loggedAt: moment, expecting: id)
    #expect(verdict.passed == verdict.findings.allSatisfy(\.passed))
    return verdict.findings.filter { !$0.passed }.map(\.step)
  }

  @Test func `a good bundle passes every step and gives its certificate`() throws {
    let verdict = VerificationOfCertificate(of: bundle, trust: sample.trust, loggedAt: Sample.logged, expecting: certificate.id)
    #expect(verdict.findings.map(\.step) == VerificationOfCertificate.Step.allCases)
    #expect(verdict.certificate == certificate)
  }

  @Test(arguments: 0..<3) func `changing any character of any part of the JWS is noticed`(part: Int) throws {
    let parts = bundle.jws.split(separator: ".").map(String.init)
    for position in stride(from: 0, to: parts[part].utf8.count, by: part == 2 ? 1 : 7) {
      var changed = parts
      var bytes = Array(parts[part].utf8)
      bytes[position] = bytes[position] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
      changed[part] = String(decoding: bytes, as: UTF8.self)
      #expect(!failures(self.bundle(jws: changed.joined(separator: "."))).isEmpty, "character \(position)")
    }
  }

  @Test func `changing any byte of the proof is noticed`() throws {
    let bytes = Array(bundle.proof.utf8)
    for position in bytes.indices {
      var changed = bytes
      changed[position] ^= 1
      guard let proof = String(validating: changed, as: UTF8.self) else { continue }
      #expect(!failures(self.bundle(proof: proof)).isEmpty, "byte \(position)")
    }
  }

  @Test func `a file cut short anywhere is noticed`() throws {
    for length in 0..<bundle.proof.utf8.count {
      #expect(!failures(self.bundle(proof: String(decoding: Array(bundle.proof.utf8)[..<length], as: UTF8.self))).isEmpty)
    }
    for length in stride(from: 0, to: bundle.jws.utf8.count, by: 11) {
      #expect(!failures(self.bundle(jws: String(bundle.jws.prefix(length)))).isEmpty)
    }
    for end in ["\n", " ", ".", "A"] {
      #expect(!failures(self.bundle(jws: bundle.jws + end)).isEmpty)
      #expect(!failures(self.bundle(proof: bundle.proof + end)).isEmpty)
    }
  }

  @Test func `each wrong thing is named by its own step`() throws {
    let stranger = try Sample()
    let other = try sample.bundle(at: 11, of: 27, seed: 2).bundle
    #expect(failures(self.bundle(proof: other.proof)) == [.inclusion])
    #expect(failures(bundle, id: CertificateID()) == [.id])
    #expect(failures(bundle, trust: TrustFolder(root: stranger.trust.root, log: sample.trust.log)) == [.chain])
    #expect(failures(bundle, trust: TrustFolder(root: sample.trust.root, log: stranger.trust.log)) == [.checkpoint, .inclusion])
    #expect(failures(bundle, at: Moment(seconds: Sample.start.seconds - 1)) == [.chain])
    #expect(failures(bundle, at: Moment(seconds: Sample.start.seconds + 367 * 86_400)) == [.chain])
    let parts = bundle.jws.split(separator: ".")
    let swapped = other.jws.split(separator: ".")
    #expect(failures(self.bundle(jws: "\(parts[0]).\(parts[1]).\(swapped[2])")) == [.signature, .inclusion])
  }

  @Test func `a certificate for another use, or of another organisation, signs nothing`() throws {
    let payload = try certificate.json.canonical()
    let (root, signer) = (sample.root.identity, sample.root.identity.signer)
    let asRoot = try CompactJWS(
      header: try CertificateHeader(issued: Sample.logged, leaf: root.certificate).bytes, payload: payload, signer: signer)
    #expect(failures(self.bundle(jws: asRoot.text)).contains(.usage))
    let person = try LegalPerson(name: Label("Ander B.V."), kvk: "11111111")
    let key = SigningKey()
    let leaf = try sample.root.issue(key.publicKey, to: person, from: Sample.start)
    let other = try CompactJWS(header: try CertificateHeader(issued: Sample.logged, leaf: leaf).bytes, payload: payload, signer: key.signer)
    #expect(failures(self.bundle(jws: other.text)).contains(.document))
  }

  @Test func `a payload in another spelling is refused though its signature holds`() throws {
    let header = try CertificateHeader(issued: Sample.logged, leaf: sample.identity.certificate).bytes
    let payload = Array((try certificate.json.canonicalText() + "\n").utf8)
    let jws = try CompactJWS(header: header, payload: payload, signer: sample.identity.signer)
    #expect(failures(self.bundle(jws: jws.text)) == [.document, .id, .inclusion])
  }

  @Test func `a bundle and a trust folder read back from their files`() throws {
    try withTemporaryFolder { folder in
      try bundle.write(to: "\(folder)/bundle", root: sample.trust.root)
      try sample.trust.export(to: "\(folder)/trust")
      #expect(try CertificateBundle(folder: "\(folder)/bundle") == bundle)
      #expect(try TrustFolder(folder: "\(folder)/trust") == sample.trust)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: "\(folder)/bundle").sorted() == [
          "certificate.jws", "chain.pem", "checkpoint", "log.tlog-proof",
        ])
    }
  }

  /// This bundle with other files in it, as a forger would write them.
  private func bundle(jws: String? = nil, proof: String? = nil) -> CertificateBundle {
    CertificateBundle(jws: jws ?? bundle.jws, proof: proof ?? bundle.proof)
  }
}
