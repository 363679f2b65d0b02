import Foundation
import Testing

/// One node's agents may work on different tenants at the same time; they share the state store and the log.
@Suite struct `Two agents on two tenants` {
  @Test func `publish one log, whenever the one comes between the steps of the other`() throws {
    try Sample.with { sample in
      let second = Database(engine: .sqlite, location: "\(sample.node.folder)/second.db")
      try second.execute(Sample.script)
      try sample.node.configure([
        TestNode.tenant("sample", store: "sqlite:../tenant.db"), TestNode.tenant("second", store: "sqlite:../second.db"),
      ])
      try sample.node.approvePlans()
      for call in try publishing(sample, second) {
        let copy = try Trial.Copy(of: sample.node, sample.database, in: "\(sample.node.folder)/\(call.name)-\(call.number)")
        defer { copy.remove() }
        try FileManager.default.copyItem(atPath: second.location, toPath: copy.node.folder + "/second.db")
        let trace = Trace(path: copy.node.folder + "/trace")
        let first = try run("sample", copy.node, trace.command(["\(call.name):signal=SIGSTOP:when=\(call.number)"]))
        let process = trace.waitUntilStopped(first)
        let other = Trace(path: copy.node.folder + "/other")
        let next = try run("second", copy.node, other.command())
        other.waitUntilWaiting(next)
        if let process { kill(process, SIGCONT) }
        for outcome in [first.wait(), next.wait()] { #expect(outcome.exit == 0, "\(call) \(outcome)") }
        let verified = try copy.node.wis("log", "verify")
        #expect(verified.exit == 0 && verified.output.contains("3 entries"), "\(call) \(verified)")
      }
    }
  }

  private func run(_ tenant: String, _ node: TestNode, _ wrapper: [String]) throws -> Wis.Running {
    try Wis.start(["run", tenant, "--config", node.config], in: node.folder, through: wrapper)
  }

  /// The calls of an undisturbed run between the issuing and the release of its certificate, a few of them.
  private func publishing(_ sample: Sample, _ second: Database) throws -> [Call] {
    let whole = try Trial.Copy(of: sample.node, sample.database, in: sample.node.folder + "/whole")
    defer { whole.remove() }
    try FileManager.default.copyItem(atPath: second.location, toPath: whole.node.folder + "/second.db")
    let trace = Trace(path: whole.node.folder + "/trace")
    let outcome = try run("sample", whole.node, trace.command()).wait()
    try #require(outcome.exit == 0, "\(outcome)")
    let calls = trace.calls(in: whole.node.folder).filter { !["read", "pread64"].contains($0.name) }
    let first = try #require(calls.firstIndex { $0.target.hasPrefix("node/openings") })
    return calls[first...].enumerated().filter { $0.offset % 12 == 0 }.map(\.element)
  }
}
