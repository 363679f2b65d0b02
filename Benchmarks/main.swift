import Agent
import Enforcement
import Evidence
import Foundation
import Retention
import Stores

// Benchmarks [SCAN-ROWS [ERASE-ROWS [RESULTS-FILE]]]: measures Wis against the engines themselves.
// PostgreSQL is the server of WIS_TEST_POSTGRES. The table goes to the results file, also where we lose.
let arguments = CommandLine.arguments
let scanRows = arguments.count > 1 ? Int(arguments[1]) ?? 10_000_000 : 10_000_000
let eraseRows = arguments.count > 2 ? Int(arguments[2]) ?? 3_000_000 : 3_000_000
let results = arguments.count > 3 ? arguments[3] : "Benchmarks/RESULTS.md"

guard let today = CivilDate("2026-01-01"), let cutoff = CivilDate("2013-12-31") else { preconditionFailure("both days exist") }
guard let server = ProcessInfo.processInfo.environment["WIS_TEST_POSTGRES"] else {
  FileHandle.standardError.write(Data("missing: WIS_TEST_POSTGRES, the URL of a PostgreSQL server; make bench starts one\n".utf8))
  exit(2)
}
let folder = NSTemporaryDirectory() + "/wis-bench-\(ProcessInfo.processInfo.processIdentifier)"
try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
defer { _ = try? FileManager.default.removeItem(atPath: folder) }

var measurements: [Measurement] = []
for engine in Engine.allCases {
  let bench = Bench(engine: engine, location: engine == .sqlite ? "\(folder)/tenant.db" : server, folder: folder)
  if engine == .postgreSQL { try bench.run("DROP TABLE IF EXISTS uren, kopie CASCADE") }

  try bench.run(engine.script(rows: scanRows))
  if engine == .postgreSQL { try bench.run("VACUUM ANALYZE uren") }
  let store = try bench.store()
  var due = 0
  let bare = try Measurement.median { due = try bench.count(before: cutoff) }
  var counted = 0
  let scan = try Measurement.median { counted = try bench.findings(store, on: today).plan.totals[.erase] ?? 0 }
  precondition(counted == due, "both count the same rows")
  measurements.append(
    Measurement(
      what: "\(engine.rawValue): census of \(scanRows) rows, against count(*) of the \(due) due ones", wis: scan, engine: bare, target: 1.2,
      note: "the census counts and sorts every row"))
  try bench.run("DROP TABLE uren")

  try bench.run(engine.script(rows: eraseRows))
  try bench.run(
    "CREATE TABLE kopie AS SELECT * FROM uren; CREATE UNIQUE INDEX kopie_id ON kopie (id); CREATE INDEX kopie_datum ON kopie (datum)")
  if engine == .postgreSQL { try bench.run("VACUUM ANALYZE uren"); try bench.run("VACUUM ANALYZE kopie"); try bench.run("CHECKPOINT") }
  var bulk = 0
  let one = try ContinuousClock().measure { bulk = try bench.erase(before: cutoff, from: "kopie") }
  let eraser = try bench.store()
  let plan = try bench.findings(eraser, on: today).plan
  let state = try StateStore(path: "\(folder)/state-\(engine.rawValue).db", create: true)
  let run = try state.beginRun(tenant: "bench", digest: "bench", startedAt: "", planned: "") { _ in }
  let seal = try SealedKeys(newFor: run.keyName, in: KeyFolder(path: "\(folder)/keys-\(engine.rawValue)", environment: [:]))
  let executor = Executor(store: eraser, journal: state.journal(of: run.id), seal: seal) {}
  var outcome: Outcome?
  let baseline = try Baseline(of: plan, in: eraser)
  let batched = try ContinuousClock().measure { outcome = try executor.execute(plan) { _, _, _ in } }
  guard let outcome else { preconditionFailure("an execution has an outcome") }
  precondition(outcome.changed.values.reduce(0, +) == bulk, "both erase the same rows")
  measurements.append(
    Measurement(
      what: "\(engine.rawValue): erase of \(bulk) rows in journaled batches, against one DELETE", wis: batched, engine: one, target: 1.35,
      note:
        "locks: \(outcome.locks.batches) batches, median \(Measurement.text(outcome.locks.median)), longest \(Measurement.text(outcome.locks.longest))"
    ))
  var passed = false
  let verified = try ContinuousClock().measure {
    passed = try Verification(of: outcome, since: baseline, by: executor, in: eraser).hasPassed
  }
  precondition(passed, "the verification passes")
  measurements.append(
    Measurement(
      what: "\(engine.rawValue): verification of those rows by their keys, against that DELETE", wis: verified, engine: one, target: nil))
  try bench.run("DROP TABLE uren; DROP TABLE kopie")
}

let memory = try Measurement.peakMemory()
let text = """
  # Measured

  One run on one machine; only the ratios count. Reproduce with `make bench`.

  | what | Wis | engine | ratio | target | reached | |
  |---|---|---|---|---|---|---|
  \(measurements.map(\.row).joined(separator: "\n"))

  Peak memory of the whole run: \(Measurement.text(memory)) MiB (target: under 64 MiB, \(memory < 64 ? "reached" : "**not reached**")).

  """
try text.write(toFile: results, atomically: true, encoding: .utf8)
print(text)
