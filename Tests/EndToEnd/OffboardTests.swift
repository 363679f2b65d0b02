import Foundation
import Testing

/// Where the end of a contract stands, from what was recorded.
@Suite struct `The end of a contract` {
  private func end(_ sample: Sample, on day: String) throws {
    let inventory = try String(contentsOfFile: sample.node.config, encoding: .utf8)
    let contract = "contract: {started: 2010-01-01}"
    try #require(inventory.contains(contract))
    let ended = inventory.replacingOccurrences(of: contract, with: "contract: {started: 2010-01-01, ended: \(day)}")
    try sample.node.write(ended, to: sample.node.config)
  }

  @Test func `is nothing to tell of while the contract runs`() throws {
    try Sample.with { sample in
      let status = try sample.node.wis("offboard", "status", "sample")
      #expect(status.exit == 0 && status.output.contains("the contract runs"), "\(status)")
    }
  }

  @Test func `waits for the controller and says so, until it makes its choice in writing`() throws {
    try Sample.with { sample in
      try end(sample, on: "2026-01-31")
      func step(_ name: String) throws -> JSON {
        let tenant = try #require(try sample.node.wis("offboard", "status", "--json").json()["tenants"].list.first)
        return try #require(tenant["steps"].list.first { $0["step"].text == name })
      }
      let silent = try sample.node.wis("offboard", "status", "sample")
      #expect(silent.exit != 0 && silent.output.contains("ended without instruction"), "\(silent)")
      #expect(silent.output.contains("2026-02-14"), "\(silent)")
      #expect(try step("destroy")["waitsFor"].text?.contains("choice") == true)

      let letter = "\(sample.node.folder)/letter.txt"
      try sample.node.write("Please return our data.", to: letter)
      let asked = try sample.node.wis(
        "request", "add", "sample", "--from", "controller", "--what", "return", "--received", "2026-02-02", "--form", "written",
        "--evidence", letter)
      #expect(asked.exit != 2, "\(asked)")
      #expect(try step("return")["state"].text == "open" && step("return")["due"].text == "2026-03-04")
      #expect(try step("approve")["waitsFor"].text?.contains("instruction") == true)
      let overdue = try sample.node.wis("offboard", "status", "sample")
      #expect(overdue.exit == 1 && overdue.output.contains("overdue") && !overdue.output.contains("without instruction"), "\(overdue)")
    }
  }

  @Test func `takes no consent and no certificate of the ordinary work between its day and its announcement for its own`() throws {
    let agreement = Sample.agreement + "end-of-contract:\n  - {rule: end, clause: \"9\", action: erase}\n"
    try Sample.with(agreement: agreement) { sample in
      try sample.node.approvePlans()
      #expect(try sample.node.wis("run").exit == 0)
      try #require(try sample.node.certificates("sample").count == 1)
      // What is recorded has the time in whole seconds.
      sleep(1)
      let announced = try sample.node.wis("offboard", "sample", "--ended", "2026-01-31")
      #expect(announced.exit != 2, "\(announced)")
      let status = try sample.node.wis("offboard", "status", "sample", "--json").json()["tenants"][0]
      #expect(status["certificates"].list.isEmpty, "\(status)")
      #expect(status["steps"].list.first { $0["step"].text == "approve" }?["state"].text.map { $0 != "done" } == true, "\(status)")
    }
  }
}
