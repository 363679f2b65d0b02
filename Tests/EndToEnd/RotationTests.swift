import Foundation
import Testing

/// A new signing key in the place of one that ends.
@Suite struct `A rotated key` {
  @Test func `signs from then on, is listed and logged, and what the old one signed stays valid`() throws {
    try Sample.with { sample in
      try sample.node.approvePlans()
      #expect(try sample.node.wis("run").exit == 0)
      let old = try String(contentsOfFile: "\(sample.node.home)/keys/signing.pem", encoding: .utf8)
      let rotated = try sample.node.wis("key", "rotate", "--json")
      #expect(rotated.exit == 0, "\(rotated)")
      #expect(try String(contentsOfFile: "\(sample.node.home)/keys/signing.pem", encoding: .utf8) != old)
      try sample.database.execute("UPDATE hours SET worked = '2014-02-02' WHERE id = 5")
      #expect(try sample.node.wis("run").exit == 0)
      let certificates = try sample.node.certificates("sample")
      #expect(certificates.count == 2)
      for id in certificates { #expect(try sample.node.wis("certificate", "verify", id).exit == 0) }
      let bundles = "\(sample.node.home)/certificates"
      let chains = Set(try certificates.map { try String(contentsOfFile: "\(bundles)/\($0)/chain.pem", encoding: .utf8) })
      #expect(chains.count == 2)
      #expect(try sample.node.wis("log", "verify").exit == 0)
      let list = try String(contentsOfFile: "\(sample.node.home)/trust/keys.jws", encoding: .utf8)
      let payload = try #require(list.split(separator: ".").dropFirst().first)
      let padded = payload.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
      let data = try #require(Data(base64Encoded: padded + String(repeating: "=", count: (4 - padded.count % 4) % 4)))
      let json = JSON(try JSONSerialization.jsonObject(with: data))
      let signing = json["keys"].list.filter { $0["use"].text == "signing" }.compactMap { $0["key"].text }
      #expect(try signing.count == 2 && signing.last == rotated.json()["key"].text)
    }
  }

  @Test func `of an external signer gets a certificate only`() throws {
    try Sample.with { sample in
      let key = "\(sample.node.folder)/hsm.key"
      let made = try Program.run(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key])
      let told = try Program.run(["openssl", "ec", "-in", key, "-pubout", "-out", key + ".pub"])
      try #require(made.status == 0 && told.status == 0)
      try sample.expectRefusal(["key", "rotate", "--public-key", key + ".pub"], exit: 2, saying: "leave out --public-key")
      let words = #""/usr/bin/openssl", "pkeyutl", "-sign", "-inkey", "\#(key)", "-pkeyopt", "digest:sha256""#
      let inventory = try String(contentsOfFile: sample.node.config, encoding: .utf8)
      try sample.node.write(inventory + "signer: {command: [\(words)], seconds: 5}\n", to: sample.node.config)
      try sample.expectRefusal(["key", "rotate"], exit: 2, saying: "--public-key FILE")
      #expect(try sample.node.wis("key", "rotate", "--public-key", key + ".pub").exit == 0)
      try sample.node.approvePlans()
      #expect(try sample.node.wis("run").exit == 0)
      #expect(try sample.node.wis("certificate", "verify", try #require(sample.node.certificates("sample").first)).exit == 0)
    }
  }

  @Test func `needs the root, and an interrupted rotation is repeated`() throws {
    try Sample.with { sample in
      let root = "\(sample.node.home)/keys/issuer-root.key"
      try FileManager.default.moveItem(atPath: root, toPath: root + ".away")
      try sample.expectRefusal(["key", "rotate"], exit: 2, saying: "bring the root's key back")
      try FileManager.default.moveItem(atPath: root + ".away", toPath: root)
      let certificate = "\(sample.node.home)/keys/signing.pem"
      let old = try String(contentsOfFile: certificate, encoding: .utf8)
      #expect(try sample.node.wis("key", "rotate").exit == 0)
      // As a kill between the key and its certificate leaves it.
      try sample.node.write(old, to: certificate)
      #expect(try sample.node.wis("run").exit != 0)
      #expect(try sample.node.wis("key", "rotate").exit == 0)
      try sample.node.approvePlans()
      #expect(try sample.node.wis("run").exit == 0)
    }
  }
}
