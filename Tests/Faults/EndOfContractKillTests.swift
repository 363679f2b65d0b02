import Foundation
import SQLite
import Testing

/// The steps after the return, to the last certificate: each is killed at calls from its first to its last, and done again.
@Suite struct `A later step of an end of contract that is killed` {
  /// What a copy has come to, without names and times: what was recorded how often, the certificates, and what is left of the data.
  private func standing(_ copy: Trial.Copy) throws -> String {
    let state = try SQLite.Connection(path: copy.node.home + "/state.db", mode: .readWrite, busyTimeout: .seconds(5))
    var lines: [String] = []
    for query in [
      "SELECT kind || ' ' || count(*) FROM offboardings GROUP BY kind ORDER BY kind",
      "SELECT 'requests ' || state || ' ' || count(*) FROM requests GROUP BY state ORDER BY state",
      "SELECT 'runs ' || state || ' ' || count(*) FROM runs GROUP BY state",
      "SELECT 'certificates ' || count(*) || ' released ' || count(released_at) FROM certificates",
      "SELECT 'leaves ' || count(*) FROM leaves", "SELECT 'frozen keys ' || count(*) FROM frozen_keys",
    ] {
      try state.query(query) { row in
        // A reminder is shown when it is recorded: whoever did not see it asks for it again, and that is a second one.
        lines.append(try row.text(0).replacingOccurrences(of: "reminded 2", with: "reminded 1"))
        return .continue
      }
    }
    if try state.integer("SELECT count(*) FROM certificates") > 0 { #expect(try copy.node.wis("log", "verify").exit == 0) }
    for table in ["uitzendkracht", "loonstrook", "land"] { lines.append("\(table) \(try copy.database.count(table))") }
    #expect(try FileManager.default.contentsOfDirectory(atPath: copy.node.home + "/run-keys").isEmpty)
    return "\(lines)"
  }

  /// Kills a step on copies, then does it undisturbed.
  private func kill(
    _ tenant: EndedTenant, _ words: [String], at count: Int, exit: Int32, isDoneAlready: String? = nil,
    check: (Trial.Copy) throws -> Void = { _ in }
  ) throws {
    let clock = try tenant.clock("alice")
    let step = LongStep(
      origin: tenant.node, database: tenant.database, arguments: ["offboard", words[0], EndedTenant.id] + words.dropFirst(), exit: exit,
      clock: clock, isDoneAlready: isDoneAlready)
    try step.kill(at: count) { calls in
      calls.filter { ["fsync", "fdatasync", "rename", "link", "unlink"].contains($0.name) }
    } check: {
      try check($0)
    } end: {
      try standing($0)
    }
    try tenant.offboard(words, exit: exit)
  }

  @Test func `ends as one that was never disturbed, with everything recorded once`() throws {
    let extra = "    file-roots: {documents: BACKUPS}\n"
    try EndedTenant.with(agreement: "flexsoftware", map: "uitzenden", rows: EndedTenant.placement, extra: extra) { tenant in
      let inventory = try String(contentsOfFile: tenant.node.config, encoding: .utf8)
      try #require(inventory.contains(tenant.database.store))
      try tenant.node.write(inventory.replacingOccurrences(of: tenant.database.store, with: "sqlite:../tenant.db"), to: tenant.node.config)
      try tenant.move(to: "2026-03-01")
      try tenant.offboard("--ended", "2026-03-31", exit: 3)
      try tenant.move(to: "2026-04-01")
      try kill(tenant, ["remind"], at: 1, exit: 0)
      try tenant.move(to: "2026-04-15")
      let words = ["--choice", "both", "--to", "successor", "--by", "director", "--written", tenant.file("letter")]
      try tenant.offboard(words + ["--out", tenant.file("out")], exit: 3)
      let returned = try #require(try tenant.status()["returned"]["file"].text)
      try kill(tenant, ["deliver"], at: 3, exit: 0, isDoneAlready: "was delivered already")
      try kill(tenant, ["receipt", "--file", returned], at: 1, exit: 0, isDoneAlready: "was recorded already")
      let erase = try tenant.request("erase")
      let answered = try tenant.wis("request", "confirm", erase, "--evidence", tenant.file("answer"), "--answer", "erase")
      #expect(answered.exit != 2, "\(answered)")
      try tenant.offboard("continue", exit: 3)
      try tenant.approve(as: "alice", exit: 3)
      try tenant.approve(as: "bob", exit: 0)
      try kill(tenant, ["continue"], at: 4, exit: 3) { (copy: Trial.Copy) throws in
        #expect(try copy.database.count("loonstrook_regel") <= copy.database.count("loonstrook"))
        #expect(try copy.database.count("land") == 1)
      }
      try tenant.expect(["destroy": "done", "certify": "done"])
      try tenant.confirm("Hosting Bytesnet B.V.")
      try kill(tenant, ["continue"], at: 3, exit: 0, isDoneAlready: "was closed at")
      try tenant.expectClosed(empty: ["uitzendkracht", "opdrachtgever", "plaatsing", "loonstrook", "loonstrook_regel"])
    }
  }
}
