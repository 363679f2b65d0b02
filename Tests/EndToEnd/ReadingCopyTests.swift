import Foundation
import Testing

/// The forms in which a controller can have the rows beside the CSV, read with other people's programs.
@Suite struct `Further forms of the rows in a package` {
  private static func script(_ engine: Database.Engine) -> String {
    let bytes = { (digits: String) in engine == .sqlite ? "x'\(digits)'" : "'\\x\(digits)'" }
    return """
      CREATE TABLE odd (id integer PRIMARY KEY, note text, "a.b" \(engine == .sqlite ? "blob" : "bytea"), big \(engine == .sqlite ? "text" : "numeric"), on_day date);
      INSERT INTO odd VALUES
        (1, '=1+1', \(bytes("00ff")), '12345678901234567890.5', '2026-11-22'), (2, 'he said "a,b" & <c> _x0041_ ' || \(engine == .sqlite ? "char(11)" : "chr(11)") || ' é', NULL, NULL, NULL),
        (3, '', \(bytes(String(repeating: "255044462d", count: 400))), '0.10', NULL), (4, '\(String(repeating: "x", count: 40_000))', NULL, NULL, NULL);
      """
  }

  @Test(arguments: Database.Engine.allCases)
  func `hold the same rows, are read by others, and are covered by the checksums`(engine: Database.Engine) throws {
    try Sample.with(engine, script: Sample.script + Self.script(engine)) { sample in
      let plain = try Package.export(sample)
      let package = try Package.export(sample, "--format", "xlsx", "--format", "json-lines")
      #expect(package.folder.split(separator: "/").last != plain.folder.split(separator: "/").last)
      #expect(try package.rows() == plain.rows())
      let python = ProcessInfo.processInfo.environment["WIS_TEST_PYTHON"] ?? "python3"
      let answer = try Program.run([python, Wis.repository + "/Tests/EndToEnd/Package/read-copies.py", package.folder])
      try #require(answer.status == 0, "\(answer.output)")
      let found = JSON(try JSONSerialization.jsonObject(with: Data(answer.output.utf8)))
      let lines = found["lines"]["odd"]
      #expect(found["lines"]["hours"].list.count == 5 && found["lines"]["person"][2]["left_on"].isNull)
      #expect(lines[0]["note"].text == "=1+1" && lines[0]["a.b"]["base64"].text == "AP8=" && lines[0]["on_day"].text == "2026-11-22")
      let special = "he said \"a,b\" & <c> _x0041_ \u{0B} é"
      #expect(lines[1]["note"].text == special && lines[1]["a.b"].isNull)
      #expect(lines[2]["note"].text == "" && lines[2]["a.b"]["file"].text == "files/odd.a.b/3.pdf")
      #expect(FileManager.default.fileExists(atPath: package.folder + "/data/files/odd.a.b/3.pdf"))
      #expect(lines[3]["note"].text?.count == 40_000)
      let sheet = found["sheets"]["odd"]
      #expect(sheet[0].list.map(\.text) == ["id", "note", "a.b", "big", "on_day"] && sheet.list.count == 5)
      #expect(sheet[1][0].integer == 1 && sheet[1][1].text == "=1+1" && sheet[1][3].text == "12345678901234567890.5")
      #expect(sheet[2][1].text == special && sheet[3][2].text == "files/odd.a.b/3.pdf" && (sheet[4][1].text?.count ?? 0) < 32_767)
      #expect(found["formulas"].integer == 0)
      #expect(found["sheets"]["Leeskopie"][2][0].text?.hasSuffix("cut: 1") ?? false)
      #expect(try package.json("data/evidence/export.json")["copies"].list.map(\.text) == ["json-lines", "xlsx"])
      let page = try String(contentsOfFile: package.folder + "/LEESMIJ.html", encoding: .utf8)
      #expect(page.contains("artikel 3.1: two-years, 2 jaar"))
      #expect(page.contains("data/copies"))
      let verify = ["export", "verify", package.file, "--against", "sample", "--restore", "sqlite", "--config", sample.node.config]
      let verified = try Wis.run(verify, in: sample.node.folder)
      #expect(verified.exit == 0, "\(verified)")
      // Encrypted on the way, so the copies are too.
      let encrypted = try sample.node.wis(
        "export", "sample", "--format", "xlsx", "--encrypt-to", "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p", "--out",
        "\(sample.node.folder)/sealed.zip.age")
      #expect(encrypted.exit == 0, "\(encrypted)")
    }
  }
}
