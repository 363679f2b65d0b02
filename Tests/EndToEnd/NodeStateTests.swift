import Foundation
import SQLite
import Testing

/// Keys, stops and holds.
@Suite struct `A node` {
  @Test func `a key that others can read is refused`() throws {
    try Sample.with { sample in
      try sample.node.approvePlans()
      let keys = try FileManager.default.contentsOfDirectory(atPath: sample.node.home + "/keys").filter {
        $0.hasSuffix(".key") && !$0.contains("root")
      }
      try #require(!keys.isEmpty)
      for key in keys {
        let path = "\(sample.node.home)/keys/\(key)"
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        try sample.expectRefusal(["run"], exit: 2, saying: "accessible to others", "chmod 600")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
      }
    }
  }

  @Test func `a stopped node does nothing until it is released`() throws {
    try Sample.with { sample in
      try sample.node.approvePlans()
      #expect(try sample.node.wis("stop").exit == 0)
      try sample.expectRefusal(["run"], exit: 3, saying: "wis stop --release")
      #expect(try sample.node.wis("stop", "--release").exit == 0)
      #expect(try sample.node.wis("run").exit == 0)
      try sample.expectDone()
    }
  }

  @Test func `a node can be stopped while its state store is locked and a policy is broken`() throws {
    try Sample.with { sample in
      let lock = try SQLite.Connection(path: sample.node.home + "/state.db", mode: .readWrite)
      try lock.execute("BEGIN EXCLUSIVE")
      try sample.node.write("map: [", to: sample.node.home + "/policies/maps/sample.yaml")
      let stopped = try sample.node.wis("stop")
      #expect(stopped.exit == 0 && FileManager.default.fileExists(atPath: sample.node.home + "/stop"), "\(stopped)")
      #expect(try sample.node.wis("stop", "--release").exit == 0)
      #expect(!FileManager.default.fileExists(atPath: sample.node.home + "/stop"))
      try lock.execute("ROLLBACK")
      try sample.node.write("node: [", to: sample.node.config)
      try sample.expectRefusal(["stop"], exit: 2, saying: "wis.yaml:")
    }
  }

  @Test func `a hold that is over already is refused`() throws {
    try Sample.with { sample in
      let hold = ["hold", "add", "sample", "--reason", "court case", "--until"]
      try sample.expectRefusal(hold + ["2020-12-31"], exit: 2, saying: "2020-12-31", "today is", "later day")
      #expect(try sample.node.wis("hold", "list", "--json").json()["holds"].list.isEmpty)
    }
  }

  @Test(arguments: Database.Engine.allCases)
  func `a hold keeps everything, also what was approved, until it is released`(engine: Database.Engine) throws {
    try Sample.with(engine) { sample in
      let before = try sample.database.contents()
      try sample.node.approvePlans()
      let placed = try sample.node.wis("hold", "add", "sample", "--reason", "court case", "--json")
      #expect(placed.exit == 0, "\(placed)")
      let scan = try sample.node.wis("scan", "--json").json()["tenants"][0]["tables"].list
      let totals = scan.reduce(into: (erase: 0, restrict: 0)) {
        $0 = ($0.erase + ($1["erase"].integer ?? 0), $0.restrict + ($1["restrict"].integer ?? 0))
      }
      #expect(totals.erase == 0 && totals.restrict >= 4)
      let run = try sample.node.wis("run")
      #expect(run.exit == 0, "\(run)")
      #expect(run.output.contains("nothing due"))
      #expect(try sample.database.contents() == before)
      #expect(try sample.node.wis("hold", "release", try #require(try placed.json()["hold"].text)).exit == 0)
      try sample.node.approvePlans()
      #expect(try sample.node.wis("run").exit == 0)
      try sample.expectDone()
    }
  }
}
