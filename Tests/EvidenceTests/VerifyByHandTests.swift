import Evidence
import Foundation
import Testing

/// Runs the steps that the documentation gives, exactly as printed there.
@Suite struct VerifyByHandTests {
  func verify(_ folder: String, at moment: Moment = Sample.logged) throws -> Tool.Answer {
    let page = try String(contentsOfFile: "\(packageFolder)/docs/verify-by-hand.md", encoding: .utf8)
    let blocks = page.components(separatedBy: "\n```sh\n")
    #expect(blocks.count == 2)
    let script = try #require(blocks.last?.components(separatedBy: "\n```\n").first)
    try DurableFile.write(Array((script + "\n").utf8), to: "\(folder)/verify.sh")
    return try Tool.run(["sh", "\(folder)/verify.sh", "\(folder)/bundle", "\(folder)/trust", moment.description])
  }

  func write(_ sample: Sample, _ bundle: CertificateBundle, to folder: String) throws {
    try bundle.write(to: "\(folder)/bundle", root: sample.trust.root)
    try sample.trust.export(to: "\(folder)/trust")
  }

  @Test(arguments: [(0, 1), (0, 2), (1, 2), (2, 3), (6, 7), (11, 27), (299, 300), (255, 256), (256, 257)])
  func `a good bundle passes with openssl and coreutils alone`(index: Int, size: Int) throws {
    let sample = try Sample()
    let (bundle, certificate) = try sample.bundle(at: index, of: size, seed: UInt64(size))
    try withTemporaryFolder { folder in
      try write(sample, bundle, to: folder)
      let answer = try verify(folder)
      #expect(answer.output == "OK \(certificate.id), log entry \(index) of \(size)\n")
      #expect(answer.status == 0)
    }
  }

  @Test func `the steps of the README pass on every certificate of a node, and stop at a bad one`() throws {
    let sample = try Sample()
    let page = try String(contentsOfFile: "\(packageFolder)/README.md", encoding: .utf8)
    let steps = try #require(page.components(separatedBy: "\n```sh\n").last?.components(separatedBy: "\n```\n").first)
    try withTemporaryFolder { folder in
      let home = "\(folder)/wis-demo"
      for path in ["\(folder)/docs", home, "\(home)/certificates"] { try DurableFile.makeFolder(path, mode: 0o700) }
      try DurableFile.write(try DurableFile.read("\(packageFolder)/docs/verify-by-hand.md"), to: "\(folder)/docs/verify-by-hand.md")
      try sample.trust.export(to: "\(home)/trust")
      var expected: [String] = []
      for index in 0..<3 {
        let (bundle, certificate) = try sample.bundle(at: index, of: 3, seed: UInt64(index))
        try bundle.write(to: "\(home)/certificates/\(certificate.id)", root: sample.trust.root)
        expected.append("OK \(certificate.id), log entry \(index) of 3")
      }
      let good = try Tool.run(["sh", "-c", "cd '\(folder)'\n\(steps)"])
      #expect(good.status == 0 && good.output.split(separator: "\n").map(String.init).sorted() == expected.sorted(), "\(good.output)")
      let stranger = try Sample()
      try stranger.trust.export(to: "\(home)/trust")
      #expect(try Tool.run(["sh", "-c", "cd '\(folder)'\n\(steps)"]).status == 1)
    }
  }

  @Test func `signatures with leading zeroes become proper DER`() throws {
    // r or s begins with a zero byte in one of 128 signatures; a few hundred tries meet it.
    let sample = try Sample()
    for seed in UInt64(1)... {
      let (bundle, _) = try sample.bundle(at: 0, of: 1, seed: seed)
      let signature = try CompactJWS(parsing: bundle.jws).signature
      guard signature[0] == 0 || signature[32] == 0 else { continue }
      try withTemporaryFolder { folder in
        try write(sample, bundle, to: folder)
        #expect(try verify(folder).status == 0)
      }
      return
    }
  }

  @Test func `every kind of tampering fails with its own name`() throws {
    let sample = try Sample()
    let stranger = try Sample()
    let (bundle, _) = try sample.bundle(at: 11, of: 27)
    let other = try sample.bundle(at: 11, of: 27, seed: 2).bundle
    let parts = bundle.jws.split(separator: ".").map(String.init)
    let lines = bundle.proof.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let signature = try CompactJWS(parsing: bundle.jws).signature
    let flipped = ([signature[0] ^ 1] + signature.dropFirst()).base64URL
    let payload = try CompactJWS(parsing: bundle.jws).payload
    let changedPayload = Array(String(decoding: payload, as: UTF8.self).replacingOccurrences(of: "nl-ams-1", with: "nl-ams-2").utf8)
    let files: [(file: String, text: String, says: String)] = [
      ("bundle/certificate.jws", "\(parts[0]).\(changedPayload.base64URL).\(parts[2])", "the signature"),
      ("bundle/certificate.jws", "\(parts[0]).\(parts[1]).\(flipped)", "the signature"),
      ("bundle/certificate.jws", "\(parts[0].dropLast(4)).\(parts[1]).\(parts[2])", "the header"),
      ("bundle/certificate.jws", "\(parts[0]).\(parts[1])", "certificate.jws"),
      ("bundle/certificate.jws", bundle.jws + "\n", "stray bytes"),
      ("bundle/certificate.jws", "", "not a compact JWS"),
      ("bundle/certificate.jws", String(bundle.jws.dropLast(8)), "the signature is not 64 bytes"),
      ("bundle/certificate.jws", other.jws, "not in the log"),
      ("bundle/log.tlog-proof", other.proof, "not in the log"),
      ("bundle/log.tlog-proof", bundle.proof.replacingOccurrences(of: "index 11", with: "index 12"), "not in the log"),
      ("bundle/log.tlog-proof", bundle.proof.replacingOccurrences(of: "\n27\n", with: "\n28\n"), "the checkpoint's signature"),
      (
        "bundle/log.tlog-proof", lines.enumerated().filter { $0.offset != 2 }.map(\.element).joined(separator: "\n"),
        "the proof is too short"
      ),
      ("bundle/log.tlog-proof", String(bundle.proof.prefix(200)), "the proof has no checkpoint"),
      ("bundle/log.tlog-proof", "", "the proof has no checkpoint"),
      ("trust/issuer-root.pem", stranger.trust.root.pem, "the chain"),
      ("trust/log.vkey", stranger.trust.log.vkey + "\n", "the log did not sign"),
      ("trust/log.vkey", sample.trust.log.vkey.replacingOccurrences(of: Sample.origin, with: "other.example") + "\n", "another log"),
    ]
    try withTemporaryFolder { folder in
      for (file, text, says) in files {
        try write(sample, bundle, to: folder)
        #expect(try DurableFile.read("\(folder)/\(file)") != Array(text.utf8))
        try DurableFile.write(Array(text.utf8), to: "\(folder)/\(file)")
        let answer = try verify(folder)
        #expect(answer.status == 1 && answer.output.contains("FAILED: ") && answer.output.contains(says), "\(file): \(answer.output)")
        #expect(!answer.output.contains("OK "))
      }
      try write(sample, bundle, to: folder)
      #expect(try verify(folder, at: Moment(seconds: Sample.start.seconds - 1)).output.contains("the chain"))
      #expect(try verify(folder, at: Moment(seconds: Sample.start.seconds + 367 * 86_400)).output.contains("the chain"))
    }
  }
}
