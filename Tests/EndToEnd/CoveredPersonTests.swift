import Foundation
import Testing

@Suite struct `People whom a certificate covers` {
  /// Anna is erased, Bert is reduced, Cora is kept; Dirk and Eva name each other and go together.
  private static let script =
    Sample.script.replacingOccurrences(of: "900000001", with: "111222333")
      + """
      ALTER TABLE person ADD COLUMN mentor integer REFERENCES person (id);
      CREATE INDEX person_mentor ON person (mentor);
      INSERT INTO person VALUES (4, '123456782', 'Dirk Vierde', 'Dirk@Example.org ', '2015-03-31', NULL),
        (5, 'unknown', 'Eva Vijfde', NULL, '2015-03-31', 4);
      UPDATE person SET mentor = 5 WHERE id = 4;

      """

  private static let map = Sample.map.replacingOccurrences(of: "{email: email}", with: "{bsn: bsn, email: email}")
    .replacingOccurrences(of: "      left_on: contact\n", with: "      left_on: contact\n      mentor: contact\n")

  /// What 6 of the format says, by Python's own HMAC: the test vector first, then the root over these identifiers.
  private static let python = """
    import hashlib, hmac, json, sys
    mac = lambda key, message: hmac.new(key, message, hashlib.sha256).digest()
    def commitment(key, certificate, kind, norm):
        end = kind + b"\\0" + norm
        own = mac(key, b"vernietiging/subject-key/v1\\0" + end)
        return own, mac(own, b"vernietiging/subject-commit/v1\\0" + certificate + b"\\0" + end)
    own, leaf = commitment(bytes(range(32)), b"VN-7K3QX9D2M5W8RJ0T4ZB6CHNYFE", b"bsn", b"111222333")
    assert own.hex() == "3d11719569260e42bda01670f0a5b1fe74b5081262e5c9c3b85a8eede16d7938"
    assert leaf.hex() == "0f5f44f5d066f9c53233ccccbcb53ed3c88ccadbe75dba0765c3ed440e4f515c"
    opening = json.load(open(sys.argv[1]))
    key, certificate = bytes.fromhex(opening["key"]), opening["certificate"].encode()
    leaves = [commitment(key, certificate, *[part.encode() for part in text.split("=", 1)])[1] for text in sys.argv[2:]]
    size = 8
    while size < len(leaves): size *= 2
    leaves += [mac(key, b"vernietiging/subject-pad/v1\\0" + n.to_bytes(8, "big")) for n in range(size - len(leaves))]
    leaves.sort()
    assert [leaf.hex() for leaf in leaves] == opening["leaves"]
    level = [hashlib.sha256(b"\\0" + leaf).digest() for leaf in leaves]
    while len(level) > 1: level = [hashlib.sha256(b"\\1" + a + b).digest() for a, b in zip(level[::2], level[1::2])]
    print(level[0].hex())
    """

  private func root(of opening: String, _ identifiers: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", Self.python, opening] + identifiers
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self).trimmingCharacters(in: .newlines)
  }

  @Test(arguments: Database.Engine.allCases)
  func `an erased person is told by the opening, and by nothing else`(engine: Database.Engine) throws {
    try Sample.with(engine, script: Self.script, map: Self.map) { sample in
      let node = sample.node
      try node.approvePlans()
      let run = try node.wis("run")
      #expect(run.exit == 0, "\(run)")
      let id = try #require(try node.certificates("sample").first)
      let shown = try node.wis("certificate", "show", id, "--json").json()
      let commitment = try #require(shown["scope"]["subjects"].text, "\(shown)")

      let kept = "\(node.home)/openings/\(id).json"
      let mode = try FileManager.default.attributesOfItem(atPath: kept)[.posixPermissions] as? NSNumber
      #expect(mode?.intValue == 0o600)
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(node.home)/openings") == ["\(id).json"])
      let opening = "\(node.folder)/opening.json"
      #expect(try node.wis("certificate", "opening", id, "--out", opening).exit == 0)
      #expect(!FileManager.default.fileExists(atPath: kept))
      #expect(try node.wis("certificate", "opening", id, "--out", "\(node.folder)/again.json").exit == 2)

      let home = engine == .sqlite ? "main" : "public"
      let erased =
        ["bsn=111222333", "bsn=123456782", "email=anna@example.org", "email=dirk@example.org"]
        + [1, 4, 5].map { "pk=\(home).person:\($0)" }
      #expect(try root(of: opening, erased) == commitment)
      for subject in erased + ["email= ANNA@example.ORG"] {
        let verified = try node.wis("certificate", "verify", id, "--subject", subject, "--opening", opening)
        #expect(verified.exit == 0 && verified.output.contains("\ncovered: "), "\(verified)")
      }
      for subject in ["email=bert@example.org", "pk=\(home).person:2", "pk=other.person:1", "email=cora@example.org"] {
        let refused = try node.wis("certificate", "verify", id, "--subject", subject, "--opening", opening, "--json")
        #expect(refused.exit == 4, "\(refused)")
        #expect(try refused.json()["verified"].flag == true && refused.json()["covered"].flag == false)
      }
      for arguments in [["--subject", "bsn=111222333"], ["--opening", opening], ["--subject", "name=Anna", "--opening", opening]] {
        let misused = try Wis.run(["certificate", "verify", id, "--config", node.config] + arguments, in: node.folder)
        #expect(misused.exit == 2 && !misused.errors.contains("Anna"), "\(misused)")
      }
      // What was remembered of them is gone or sealed.
      for secret in ["111222333", "anna@example.org"] { #expect(try !isTold(secret, below: node.home)) }
    }
  }

  /// Whether some file below a folder holds a text.
  private func isTold(_ text: String, below folder: String) throws -> Bool {
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
      if let content = FileManager.default.contents(atPath: "\(folder)/\(path)"), content.range(of: Data(text.utf8)) != nil { return true }
    }
    return false
  }

  @Test func `when nobody's own row was erased, the certificate covers nobody and there is no opening`() throws {
    let script = Sample.script.replacingOccurrences(of: "'2015-03-31'),", with: "NULL),")
    try Sample.with(script: script) { sample in
      let node = sample.node
      try node.approvePlans()
      #expect(try node.wis("run").exit == 0)
      let id = try #require(try node.certificates("sample").first)
      #expect(try node.wis("certificate", "show", id, "--json").json()["scope"]["subjects"].text == nil)
      let none = try node.wis("certificate", "opening", id, "--out", "\(node.folder)/o.json")
      #expect(none.exit == 2 && none.errors.contains("covers nobody's own row"), "\(none)")
    }
  }
}
