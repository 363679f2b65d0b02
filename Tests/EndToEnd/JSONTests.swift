import Foundation
import Testing

@Suite struct `With --json` {
  @Test func `a new node says where its files are`() throws {
    try TestNode.with { node in
      let made = try Wis.run(
        ["init", "\(node.folder)/other", "--issuer", "Example B.V.", "--kvk", "12345678", "--json"], in: node.folder)
      #expect(made.exit == 0 && made.errors.isEmpty, "\(made)")
      #expect(try made.json()["config"].text == "\(node.folder)/other/wis.yaml")
    }
  }

  @Test func `every command prints exactly one document on standard output`() throws {
    try Sample.with { sample in
      let node = sample.node
      func check(_ exit: Int32, _ arguments: String...) throws -> JSON {
        let outcome = try Wis.run(arguments + ["--json", "--config", node.config], in: node.folder)
        #expect(outcome.exit == exit, "\(arguments): \(outcome)")
        #expect(outcome.output.split(separator: "\n").count == 1, "\(arguments): \(outcome)")
        return try outcome.json()
      }
      let scan = try check(0, "scan")["tenants"][0]
      #expect(scan["tenant"].text == "sample" && scan["tables"].list.count == 2)
      #expect(try check(0, "plan")["tenants"][0]["plan"]["tenant"].text == "sample")
      let waiting = try check(3, "run")["tenants"][0]
      #expect(waiting["result"].text == "waiting")
      #expect(try check(3, "status")["tenants"][0]["waiting"].list.count == 1)
      let approved = try check(0, "approve", try #require(waiting["plan"].text))
      #expect(approved["tenant"].text == "sample")
      let run = try check(0, "run")["tenants"][0]
      #expect(run["result"].text == "done" && run["rows"].integer == 5)
      #expect(try check(0, "status")["tenants"][0]["result"].text == "done")
      let certificate = try #require(try check(0, "certificate", "list")["certificates"][0]["id"].text)
      #expect(try check(0, "certificate", "verify", certificate)["verified"].flag == true)
      #expect(try check(0, "certificate", "show", certificate)["id"].text == certificate)
      #expect(try check(0, "explain", "sample", "person", "3")["disposition"].text == "keep")
      #expect(try check(0, "log", "verify")["verified"].flag == true)
      #expect(try !check(0, "forecast", "--months", "36")["tenants"].list.isEmpty)
      _ = try check(0, "policy", "check")
      #expect(try !check(0, "doctor")["findings"].list.isEmpty)
      // When something fails, there is still one document.
      try FileManager.default.removeItem(atPath: sample.database.location)
      #expect(try check(2, "scan")["tenants"][0]["error"].text != nil)
      #expect(try check(2, "run")["tenants"][0]["error"].text != nil)
      #expect(try check(2, "doctor")["findings"].list.contains { $0["ok"].flag == false })
    }
  }
}
