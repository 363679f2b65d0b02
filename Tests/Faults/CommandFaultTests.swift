import Foundation
import Testing

/// Every call by which a small command changes something is failed once and made the last one once: what was there is
/// whole, the command says so, and done again it does what it should.
@Suite struct `Faults of a command` {
  /// A command that writes files or the state store, and what it leaves in the node.
  struct Case: CustomTestStringConvertible {
    let arguments: [String]
    /// What a command that was made anew can be told by: the names of the node's files.
    let adds: Set<String>
    var testDescription: String { arguments[0] }
  }

  @Test(arguments: [
    Case(arguments: ["stop"], adds: ["stop"]), Case(arguments: ["plan", "sample", "--out", "plan.json"], adds: []),
    Case(arguments: ["hold", "add", "sample", "--reason", "court case"], adds: []),
  ])
  func `never leave half of what it writes`(command: Case) throws {
    try Sample.with { sample in
      let origin = sample.node
      try #require(try origin.wis("status").exit == 0)
      let calls = try trace(command, origin, sample.database).filter { !["read", "pread64", "recvfrom"].contains($0.name) }
      try #require(calls.count > 5)
      for (number, call) in calls.enumerated() {
        for fault in ["signal=SIGKILL"] + call.errors.map({ "error=\($0)" }) {
          let folder = "\(origin.folder)/\(number)-\(fault.filter(\.isLetter))"
          let copy = try Trial.Copy(of: origin, sample.database, in: folder)
          defer { copy.remove() }
          let injected = "\(call.name):\(fault):when=\(call.number)"
          let hit = try run(command, copy.node, Trace(path: folder + "/trace").command([injected]))
          #expect(hit.exit != -SIGKILL || fault == "signal=SIGKILL", "\(call) \(hit)")
          #expect([-SIGKILL, 0, 1, 2].contains(hit.exit) && !hit.errors.contains("Fatal error"), "\(call) \(hit)")
          if hit.exit > 0 { #expect(hit.complaints.contains { $0.hasPrefix("error: ") }, "\(call) \(hit)") }
          let again = try run(command, copy.node, [])
          #expect(again.exit == 0, "\(call) \(fault) \(again)")
          let files = try FileManager.default.subpathsOfDirectory(atPath: copy.node.home)
          #expect(files.filter { $0.hasSuffix(".tmp") || $0.hasSuffix("-wal") || $0.hasSuffix("-journal") }.isEmpty, "\(call) \(files)")
          #expect(command.adds.isSubset(of: files), "\(call)")
        }
      }
    }
  }

  private func run(_ command: Case, _ node: TestNode, _ wrapper: [String]) throws -> Wis.Outcome {
    let arguments = command.arguments.map { $0 == "plan.json" ? node.folder + "/plan.json" : $0 }
    return try Wis.run(arguments + ["--config", node.config], in: node.folder, through: wrapper)
  }

  private func trace(_ command: Case, _ origin: TestNode, _ database: Database) throws -> [Call] {
    let copy = try Trial.Copy(of: origin, database, in: origin.folder + "/whole")
    defer { copy.remove() }
    let trace = Trace(path: copy.node.folder + "/trace")
    try #require(try run(command, copy.node, trace.command()).exit == 0)
    return trace.calls(in: copy.node.folder)
  }
}
