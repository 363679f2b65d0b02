import Enforcement
import Evidence
import Foundation
import Residue
import Retention
import Stores
import TestSupport
import Testing

/// The real job on one database, from the look to the verification, with a journal in memory.
struct WholeJob {
  /// What was found before anything was done.
  let findings: Findings
  let outcome: Outcome
  let verification: Verification
  /// The values of the rows that were erased, as they are captured for the search afterwards.
  let captured: ErasedRows

  init(
    _ sample: SamplePolicy, _ store: any TenantStore, on today: String = "2026-01-01", holds: [Hold] = [], instruction: Instruction? = nil,
    journal: MemoryJournal = MemoryJournal()
  ) throws {
    let folder = FileManager.default.temporaryDirectory.path + "/wis-keys-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: folder) } }
    findings = try Findings(policy: sample.policy, store: store, today: day(today), holds: holds, instruction: instruction)
    let seal = try SealedKeys(newFor: "run", in: KeyFolder(path: folder, environment: [:]))
    let capture = try ResidueCapture(from: nil, store: store, seal: seal) { _ in }
    let executor = Executor(
      store: store, policy: sample.policy, journal: journal.journal, seal: seal, mayContinue: {}, willChange: capture.take)
    let baseline = try Baseline(of: findings.plan, in: store)
    outcome = try executor.execute(findings.plan) { _, _, _ in }
    verification = try Verification(of: outcome, since: baseline, by: executor, in: store)
    captured = capture.rows
  }

  /// How many rows were changed in each table, by action.
  func changed(_ table: String, _ action: Step.Action) -> Int {
    outcome.changed.filter { $0.key.table == table && $0.key.action == action }.reduce(0) { $0 + $1.value }
  }

  /// Checks that all of the plan was done and found to be right.
  func expectDone(_ location: SourceLocation = #_sourceLocation) {
    #expect(verification.hasPassed, "\(verification.checks.filter { $0.failed > 0 })", sourceLocation: location)
    #expect(verification.unhandled.isEmpty, "\(verification.unhandled)", sourceLocation: location)
  }
}

/// A journal that forgets when its run ends.
final class MemoryJournal {
  private var batches: [(batch: JournaledBatch, isCommitted: Bool)] = []
  private var last: Int64 = 0

  var journal: Journal {
    Journal(
      begin: { batches in
        try batches.map { batch in
          self.last += 1
          self.batches.append(
            (JournaledBatch(id: self.last, step: batch.step, rows: batch.rows, sealedKeys: try batch.seal(self.last)), false))
          return self.last
        }
      },
      commit: { ids in self.batches = self.batches.map { ids.contains($0.batch.id) ? ($0.batch, true) : $0 } },
      discard: { ids in self.batches.removeAll { ids.contains($0.batch.id) } },
      open: { self.batches.filter { !$0.isCommitted }.map(\.batch) },
      forEachCommitted: { body in for one in self.batches where one.isCommitted { try body(one.batch) } })
  }
}
