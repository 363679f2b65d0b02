import Evidence
import Foundation
import Testing

@Suite struct KeyTests {
  @Test func `openssl reads our keys and certificates`() throws {
    let sample = try Sample()
    try withTemporaryFolder { folder in
      let key = SigningKey()
      for (name, text) in [
        ("key", key.pem), ("log", sample.log.pem), ("leaf", sample.identity.certificate.pem),
        ("root", sample.root.identity.certificate.pem),
      ] { try DurableFile.write(Array(text.utf8), to: "\(folder)/\(name)") }
      #expect(try Tool.run(["openssl", "pkey", "-in", "\(folder)/key", "-noout", "-check"]).output.contains("Key is valid"))
      #expect(try Tool.run(["openssl", "pkey", "-in", "\(folder)/log", "-noout", "-text"]).output.contains("ED25519 Private-Key"))
      let verify = [
        "openssl", "verify", "-x509_strict", "-attime", "\(Sample.logged.seconds)", "-CAfile", "\(folder)/root", "\(folder)/leaf",
      ]
      #expect(try Tool.run(verify).status == 0)
      let text = try Tool.run(["openssl", "x509", "-in", "\(folder)/leaf", "-noout", "-text"]).output
      #expect(text.contains("NTRNL-12345678"))
      #expect(text.contains("1.3.6.1.5.5.7.3.36") || text.contains("Document Signing"))
      #expect(try SigningKey(pem: key.pem).publicKey == key.publicKey)
      #expect(try LogKey(origin: Sample.origin, pem: sample.log.pem).verifier == sample.log.verifier)
      #expect(throws: EvidenceError.self) { try LogKey(origin: "x", pem: key.pem) }
      #expect(throws: EvidenceError.self) { try SigningKey(pem: sample.log.pem) }
    }
  }

  @Test func `a key made by openssl is read`() throws {
    let p256 = try Tool.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]).output
    let message = Array("message".utf8)
    let key = try SigningKey(pem: p256)
    #expect(key.publicKey.verifies(try key.signer.sign(message), of: message))
    let ed25519 = try Tool.run(["openssl", "genpkey", "-algorithm", "ed25519"]).output
    #expect(try LogKey(origin: "a", pem: ed25519).pem == ed25519)
  }

  @Test func `a key file is private, new, and read back`() throws {
    try withTemporaryFolder { folder in
      let keys = KeyFolder(path: "\(folder)/keys", environment: [:])
      try keys.create(Array("secret".utf8), named: "log.key")
      #expect(try keys.text(named: "log.key") == "secret")
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/keys/log.key")
      #expect(attributes[.posixPermissions] as? Int == 0o600)
      #expect(throws: EvidenceError.self) { try keys.create([1], named: "log.key") }
      #expect(try keys.text(named: "log.key") == "secret")
    }
  }

  @Test(arguments: [0o640, 0o604, 0o660, 0o644, 0o777, 0o610, 0o601]) func `a key that others could use is refused`(mode: Int) throws {
    try withTemporaryFolder { folder in
      let keys = KeyFolder(path: folder, environment: [:])
      try keys.create([1], named: "k")
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: "\(folder)/k")
      #expect {
        try keys.secret(named: "k")
      } throws: {
        "\($0)" == "key file \(folder)/k is accessible to others (mode \(String(mode, radix: 8))); run: chmod 600 \(folder)/k"
      }
    }
  }

  @Test func `a key that is missing, a folder or a link to an open file is refused`() throws {
    try withTemporaryFolder { folder in
      let keys = KeyFolder(path: folder, environment: [:])
      #expect { try keys.secret(named: "none") } throws: { "\($0)".contains("does not exist") }
      try DurableFile.makeFolder("\(folder)/k", mode: 0o700)
      #expect(throws: EvidenceError.self) { try keys.secret(named: "k") }
      try DurableFile.write([1], to: "\(folder)/open", mode: 0o644)
      try FileManager.default.createSymbolicLink(atPath: "\(folder)/link", withDestinationPath: "\(folder)/open")
      #expect(throws: EvidenceError.self) { try keys.secret(named: "link") }
    }
  }

  @Test func `a key of another user is refused`() throws {
    // Only root can give a file away; a user who is not root asks for a file that is not theirs.
    try withTemporaryFolder { folder in
      let keys = KeyFolder(path: folder, environment: [:])
      if geteuid() == 0 {
        try keys.create([1], named: "k")
        try FileManager.default.setAttributes([.ownerAccountID: 65_534], ofItemAtPath: "\(folder)/k")
        #expect { try keys.secret(named: "k") } throws: { "\($0)".contains("belongs to another user (uid 65534)") }
      } else {
        #expect(throws: EvidenceError.self) { try KeyFolder(path: "/etc", environment: [:]).secret(named: "shadow") }
      }
    }
  }

  @Test func `the service manager's credentials come first, and an unusable one is not passed over`() throws {
    try withTemporaryFolder { folder in
      let own = KeyFolder(path: "\(folder)/own", environment: [:])
      try own.create([1], named: "k")
      try own.create([1], named: "other")
      let given = KeyFolder(path: "\(folder)/given", environment: [:])
      try given.create([2], named: "k")
      let keys = KeyFolder(path: own.path, environment: ["CREDENTIALS_DIRECTORY": given.path])
      #expect(try keys.secret(named: "k") == [2])
      #expect(try keys.secret(named: "other") == [1])
      try FileManager.default.setAttributes([.posixPermissions: 0o604], ofItemAtPath: "\(given.path)/k")
      #expect(throws: EvidenceError.self) { try keys.secret(named: "k") }
    }
  }

  @Test func `sealed keys open with the same run and place only`() throws {
    try withTemporaryFolder { folder in
      let keys = KeyFolder(path: folder, environment: [:])
      let run = try SealedKeys(newFor: "run-1.key", in: keys)
      let secret = Array("frozen keys".utf8)
      let sealed = try run.seal(secret, for: "run-1/batch-1")
      #expect(try run.seal(secret, for: "run-1/batch-1") != sealed)
      let resumed = try SealedKeys(of: "run-1.key", in: keys)
      #expect(try resumed.open(sealed, for: "run-1/batch-1") == secret)
      #expect(throws: EvidenceError.self) { try resumed.open(sealed, for: "run-1/batch-2") }
      #expect(throws: EvidenceError.self) { try SealedKeys(newFor: "run-2.key", in: keys).open(sealed, for: "run-1/batch-1") }
      for damage in Damage.allCases {
        #expect(throws: EvidenceError.self) { try resumed.open(damage.applied(to: sealed), for: "run-1/batch-1") }
      }
    }
  }

  @Test func `a reference is stable, short, and says nothing without the secret`() throws {
    let reference = try KeyedReference(secret: [UInt8](repeating: 1, count: 32))
    let other = try KeyedReference(secret: [UInt8](repeating: 2, count: 32))
    #expect(reference.reference(to: "42", kind: "hours") == reference.reference(to: "42", kind: "hours"))
    #expect(reference.reference(to: "42", kind: "hours") != other.reference(to: "42", kind: "hours"))
    #expect(reference.reference(to: "s42", kind: "hour") != reference.reference(to: "42", kind: "hours"))
    #expect(reference.reference(to: "42", kind: "hours").utf8.count == 16)
    #expect(throws: EvidenceError.self) { try KeyedReference(secret: [1]) }
  }

  @Test(arguments: [
    // RFC 4231, test cases 1 and 2.
    (String(repeating: "0b", count: 20), "4869205468657265", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    (
      "4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
  ])
  func `authentication codes are those of RFC 4231`(key: String, message: String, code: String) throws {
    #expect(Hash.authentication(of: try #require([UInt8](lowerHex: message)), key: try #require([UInt8](lowerHex: key))).hex == code)
  }

  @Test func `the key manifest is believed from the root only`() throws {
    let sample = try Sample()
    let until = Moment(seconds: Sample.start.seconds + 1000)
    let manifest = KeyManifest(
      issuer: try Sample.issuer(), issued: Sample.start,
      keys: [
        try .init(use: .log, key: try Label(sample.trust.log.vkey), from: Sample.start, until: until),
        try .init(use: .signing, key: try Label(sample.identity.certificate.publicKey.thumbprint), from: Sample.start, until: until),
      ])
    let jws = try manifest.signed(by: sample.root.identity)
    #expect(try KeyManifest(try CompactJWS(parsing: jws.text), root: sample.trust.root) == manifest)
    #expect(throws: EvidenceError.self) { try KeyManifest(jws, root: try Sample().trust.root) }
    #expect(throws: EvidenceError.self) { try KeyManifest(try manifest.signed(by: sample.identity), root: sample.trust.root) }
    #expect(manifest.keys[0].isValid(at: until))
    #expect(!manifest.keys[0].isValid(at: Moment(seconds: until.seconds + 1)))
  }
}
