import Foundation
import Testing

/// Disks without room, as file systems of two megabytes in memory.
@Suite struct `A full disk` {
  /// A small disk, full to its last block but for what a test takes away again. Mounting takes root, or the namespaces of
  /// their own in which Tests/run lets others work.
  private func withFullDisk(at path: String, _ fill: () throws -> Void, _ body: (_ makeRoom: () throws -> Void) throws -> Void) throws {
    func system(_ program: String, _ arguments: String...) throws {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: program)
      process.arguments = arguments
      try process.run()
      process.waitUntilExit()
      try #require(process.terminationStatus == 0, "\(program) \(arguments)")
    }
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try system("/usr/bin/mount", "-t", "tmpfs", "-o", "size=2m", "wis-e2e", path)
    defer { #expect(throws: Never.self) { try system("/usr/bin/umount", path) } }
    try fill()
    let filler = path + "/filler"
    try Data().write(to: URL(fileURLWithPath: filler))
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: filler))
    let page = Data(count: 4096)
    var isFull = false
    while !isFull { do { try handle.write(contentsOf: page) } catch { isFull = true } }
    try handle.close()
    try body { try FileManager.default.removeItem(atPath: filler) }
  }

  @Test func `a full disk is told, nothing is half done, and with room a run goes on`() throws {
    try Sample.with { sample in
      let disk = sample.node.folder + "/disk"
      let database = Database(engine: .sqlite, location: disk + "/tenant.db")
      try withFullDisk(at: disk) {
        try FileManager.default.copyItem(atPath: sample.database.location, toPath: database.location)
      } _: { makeRoom in
        try sample.node.configure([TestNode.tenant("sample", database)])
        let full = Sample(node: sample.node, database: database)
        try full.node.approvePlans()
        let before = try database.contents()
        let refused = try full.node.wis("run")
        #expect(refused.exit == 1 && refused.complaints.count == 1 && refused.errors.hasPrefix("error: "), "\(refused)")
        #expect(refused.errors.contains("make room"), "\(refused)")
        #expect(try database.contents() == before)
        try makeRoom()
        let run = try full.node.wis("run")
        #expect(run.exit == 0, "\(run)")
        try full.expectDone()
      }
    }
  }

  @Test func `a full disk under the state store is told, and nothing is erased`() throws {
    try Sample.with { sample in
      let disk = sample.node.folder + "/disk"
      try sample.node.approvePlans()
      let small = Sample(node: TestNode(folder: disk), database: sample.database)
      try withFullDisk(at: disk) {
        try FileManager.default.copyItem(atPath: sample.node.home, toPath: small.node.home)
        // The keys' owner and mode come along; the folder of keys has to be private as well.
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: small.node.home + "/keys")
      } _: { makeRoom in
        let before = try sample.database.contents()
        let refused = try Wis.run(["run", "--config", small.node.config], in: sample.node.folder)
        #expect(refused.exit != 0 && !refused.complaints.isEmpty, "\(refused)")
        #expect(refused.complaints.allSatisfy { $0.hasPrefix("error: ") }, "\(refused)")
        #expect(try sample.database.contents() == before)
        try makeRoom()
        let run = try Wis.run(["run", "--config", small.node.config], in: sample.node.folder)
        #expect(run.exit == 0, "\(run)")
        try sample.expectDone()
      }
    }
  }
}
