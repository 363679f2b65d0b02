import Foundation
import Testing

/// One node's agents may work on different tenants at the same time; they share the state store and the log.
@Suite struct `Two agents on two tenants` {
  @Test func `publish one log, whenever the one comes between the steps of the other`() throws {
    try withTwoTenants { sample in
      let calls = try publishing("sample", sample)
      for call in calls.enumerated().filter({ $0.offset % 12 == 0 }).map(\.element) {
        try withCopy(of: sample) { copy in
          let (first, trace) = try start("sample", copy, until: call)
          let process = trace.waitUntilStopped(first)
          let (next, other) = try start("second", copy)
          other.waitUntilWaiting(next)
          if let process { kill(process, SIGCONT) }
          try expectOneLog(of: [first, next], copy, "\(call)")
        }
      }
    }
  }

  @Test func `release what was published only, not what the other issued meanwhile`() throws {
    try withTwoTenants { sample in
      let isReady = try #require(try publishing("second", sample).first)
      let isPublished = try #require(try publishing("sample", sample).last { $0.name == "rename" && $0.target.hasPrefix("node/log/") })
      try withCopy(of: sample) { copy in
        let (next, other) = try start("second", copy, until: isReady)
        let waiting = try #require(other.waitUntilStopped(next))
        let (first, trace) = try start("sample", copy, until: isPublished)
        let process = try #require(trace.waitUntilStopped(first))
        kill(waiting, SIGCONT)
        other.waitUntilWaiting(next)
        kill(process, SIGCONT)
        try expectOneLog(of: [first, next], copy, "\(isReady), \(isPublished)")
      }
    }
  }

  private func expectOneLog(of runs: [Wis.Running], _ copy: Trial.Copy, _ comment: String) throws {
    for run in runs {
      let outcome = run.wait()
      #expect(outcome.exit == 0, "\(comment) \(outcome)")
    }
    let verified = try copy.node.wis("log", "verify")
    #expect(verified.exit == 0 && verified.output.contains("3 entries"), "\(comment) \(verified)")
  }

  private func withTwoTenants(_ body: (Sample) throws -> Void) throws {
    try Sample.with { sample in
      try Database(engine: .sqlite, location: "\(sample.node.folder)/second.db").execute(Sample.script)
      try sample.node.configure([
        TestNode.tenant("sample", store: "sqlite:../tenant.db"), TestNode.tenant("second", store: "sqlite:../second.db"),
      ])
      try sample.node.approvePlans()
      try body(sample)
    }
  }

  private func withCopy<Returned>(of sample: Sample, _ body: (Trial.Copy) throws -> Returned) throws -> Returned {
    let copy = try Trial.Copy(of: sample.node, sample.database, in: "\(sample.node.folder)/\(UUID().uuidString)")
    defer { copy.remove() }
    try FileManager.default.copyItem(atPath: "\(sample.node.folder)/second.db", toPath: copy.node.folder + "/second.db")
    return try body(copy)
  }

  /// Runs the agent for one tenant, stopped once it has made a call.
  private func start(_ tenant: String, _ copy: Trial.Copy, until call: Call? = nil) throws -> (Wis.Running, Trace) {
    let trace = Trace(path: "\(copy.node.folder)/trace-\(tenant)")
    let command = trace.command(call.map { ["\($0.name):signal=SIGSTOP:when=\($0.number)"] } ?? [])
    return (try Wis.start(["run", tenant, "--config", copy.node.config], in: copy.node.folder, through: command), trace)
  }

  /// The calls of an undisturbed run from the issuing of its certificate to its release.
  private func publishing(_ tenant: String, _ sample: Sample) throws -> ArraySlice<Call> {
    try withCopy(of: sample) { copy in
      let (running, trace) = try start(tenant, copy)
      let outcome = running.wait()
      try #require(outcome.exit == 0, "\(outcome)")
      let calls = trace.calls(in: copy.node.folder).filter { !["read", "pread64"].contains($0.name) }
      return calls[try #require(calls.firstIndex { $0.target.hasPrefix("node/openings") })...]
    }
  }
}
