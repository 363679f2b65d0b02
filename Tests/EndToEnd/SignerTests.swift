import Foundation
import Testing

/// Certificates signed by a program that keeps the key: digest in, signature out.
@Suite struct `An external signer` {
  /// A node whose signing key lies elsewhere, behind a program.
  private func with(_ command: (_ key: String) -> [String], _ body: (Sample) throws -> Void) throws {
    try Sample.with { sample in
      let key = "\(sample.node.folder)/hsm.key"
      try FileManager.default.moveItem(atPath: "\(sample.node.home)/keys/signing.key", toPath: key)
      let words = command(key).map { "\"\($0)\"" }.joined(separator: ", ")
      let inventory = try String(contentsOfFile: sample.node.config, encoding: .utf8)
      try sample.node.write(inventory + "signer: {command: [\(words)], seconds: 5}\n", to: sample.node.config)
      try body(sample)
    }
  }

  @Test func `signs in the place of the key file, and the certificate verifies`() throws {
    try with({ ["/usr/bin/openssl", "pkeyutl", "-sign", "-inkey", $0, "-pkeyopt", "digest:sha256"] }) { sample in
      try sample.node.approvePlans()
      let run = try sample.node.wis("run")
      #expect(run.exit == 0, "\(run)")
      let certificate = try #require(sample.node.certificates("sample").first)
      let verified = try sample.node.wis("certificate", "verify", certificate)
      #expect(verified.exit == 0, "\(verified)")
    }
  }

  @Test(arguments: [
    (["/bin/false"], "ended with status 1"), (["/nowhere/signer"], "cannot be started"), (["/bin/sleep", "60"], "longer than 5 seconds"),
    (["/bin/echo", "yes"], "neither 64 bytes nor a DER signature"), (["/usr/bin/head", "-c", "64", "/dev/zero"], "does not verify"),
  ])
  func `that cannot sign is told before anything is erased`(command: [String], why: String) throws {
    try with({ _ in command }) { sample in
      try sample.node.approvePlans()
      let before = try sample.database.contents()
      let run = try sample.node.wis("run")
      #expect(run.exit != 0 && run.errors.contains(why), "\(run)")
      #expect(try sample.database.contents() == before)
      #expect(try sample.node.certificates("sample").isEmpty)
    }
  }
}
