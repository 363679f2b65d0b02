import Agent
import Enforcement
import Evidence
import Foundation
import Retention
import Stores

// Benchmarks [SCAN-ROWS [ERASE-ROWS [RESULTS-FILE]]]: measures Wis against the engines themselves.
// PostgreSQL is the throw-away server of WIS_TEST_POSTGRES, which is set to write as durably as by default.
// The table goes to the results file, also where we lose.
let arguments = CommandLine.arguments
guard let today = CivilDate("2026-01-01") else { preconditionFailure("the day exists") }

// A process of its own for what memory a whole run takes: Benchmarks memory ENGINE LOCATION FOLDER
if arguments.count == 5, arguments[1] == "memory", let engine = Engine(rawValue: arguments[2]) {
  let bench = Bench(engine: engine, location: arguments[3], folder: arguments[4])
  let store = try bench.store()
  let plan = try bench.findings(store, on: today).plan
  let baseline = try Baseline(of: plan, in: store)
  let (outcome, executor) = try bench.execute(plan, store)
  let verification = try Verification(of: outcome, since: baseline, by: executor, in: store)
  precondition(verification.hasPassed, "the verification passes")
  print(try Measurement.peakMemory())
  exit(0)
}

let scanRows = arguments.count > 1 ? Int(arguments[1]) ?? 10_000_000 : 10_000_000
let eraseRows = arguments.count > 2 ? Int(arguments[2]) ?? 3_200_000 : 3_200_000
let results = arguments.count > 3 ? arguments[3] : "Benchmarks/RESULTS.md"
guard let server = ProcessInfo.processInfo.environment["WIS_TEST_POSTGRES"] else {
  FileHandle.standardError.write(Data("missing: WIS_TEST_POSTGRES, the URL of a PostgreSQL server; make bench starts one\n".utf8))
  exit(2)
}
let folder = NSTemporaryDirectory() + "/wis-bench-\(ProcessInfo.processInfo.processIdentifier)"
try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
defer { _ = try? FileManager.default.removeItem(atPath: folder) }

var measurements: [Measurement] = []
var limits: [String] = []
@MainActor func tell(_ measurement: Measurement) {
  measurements.append(measurement)
  print(measurement.row)
}
@MainActor func tell(limit what: String, _ value: String, _ target: String, _ isReached: Bool) {
  limits.append("| \(what) | \(value) | \(target) | \(isReached ? "yes" : "**no**") |")
  print(limits.last ?? "")
}

for engine in Engine.allCases {
  let bench = Bench(engine: engine, location: engine == .sqlite ? "\(folder)/tenant.db" : server, folder: folder)
  if engine == .postgreSQL {
    for setting in ["fsync", "synchronous_commit", "full_page_writes"] { try bench.run("ALTER SYSTEM SET \(setting) = on") }
    try bench.run("SELECT pg_reload_conf()")
  }
  try scan(bench)
  for order in Order.allCases { try erase(bench, order) }
}

@MainActor func scan(_ bench: Bench) throws {
  try bench.fill(rows: scanRows, .spread)
  let store = try bench.store()
  guard let cutoff = try bench.findings(store, on: today).plan.cutoff else { preconditionFailure("rows are due") }
  var (due, counted) = (0, 0)
  _ = try bench.count(before: cutoff)
  let rounds = try (0..<5).map { _ in
    let engine = try Measurement.time { due = try bench.count(before: cutoff) }
    return (wis: try Measurement.time { counted = try bench.findings(store, on: today).plan.totals[.erase] ?? 0 }, engine: engine)
  }
  precondition(counted == due, "both count the same rows")
  tell(
    Measurement(
      what: "\(bench.engine.rawValue): scan of \(scanRows) rows, against count(*) of the \(due) due ones", rounds: rounds, target: 1.2,
      note: "the scan counts every row, by case"))
  let child = Process()
  child.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
  child.arguments = ["memory", bench.engine.rawValue, bench.location, folder]
  let output = Pipe()
  child.standardOutput = output
  try child.run()
  let memory = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
  child.waitUntilExit()
  guard let peak = Double(memory.trimmingCharacters(in: .whitespacesAndNewlines)) else { preconditionFailure("the child measures") }
  tell(
    limit: "\(bench.engine.rawValue): peak memory of scan, plan, erase and verification, \(due) of \(scanRows) rows",
    "\(Measurement.text(peak)) MiB", "64 MiB", peak < 64)
}

@MainActor func erase(_ bench: Bench, _ order: Order) throws {
  var (erased, locks): (Int, [LockTimes]) = (0, [])
  let rounds = try (0..<3).map { _ in
    try bench.fill(rows: eraseRows, order)
    let store = try bench.store()
    let plan = try bench.findings(store, on: today).plan
    guard let cutoff = plan.cutoff else { preconditionFailure("rows are due") }
    var bulk = 0
    try bench.fill(rows: eraseRows, order)
    let engine = try Measurement.time { bulk = try bench.erase(before: cutoff) }
    try bench.fill(rows: eraseRows, order)
    let eraser = try bench.store()
    let wis = try Measurement.time {
      let (outcome, _) = try bench.execute(plan, eraser)
      erased = outcome.changed.values.reduce(0, +)
      locks.append(outcome.locks)
    }
    precondition(erased == bulk, "both erase the same rows")
    return (wis: wis, engine: engine)
  }
  let what = "\(bench.engine.rawValue), \(order.rawValue)"
  tell(Measurement(what: "\(what): erase of \(erased) rows in journaled batches, against one DELETE", rounds: rounds, target: 1.35))
  let median = Measurement.median(locks.map(\.median))
  let longest = Measurement.median(locks.map(\.longest))
  tell(limit: "\(what): median lock of \(locks[0].batches) batches", Measurement.text(median), "50 ms", median <= .milliseconds(50))
  tell(limit: "\(what): longest lock, median of the rounds", Measurement.text(longest), "200 ms", longest <= .milliseconds(200))
}

let versions = try Engine.allCases.map { engine in
  try Bench(engine: engine, location: engine == .sqlite ? "\(folder)/tenant.db" : server, folder: folder).store().engine
}
let memory = try Measurement.value(of: "MemTotal:", in: "/proc/meminfo") / 1_048_576
let text = """
  # Measured

  `make bench` on \(ProcessInfo.processInfo.activeProcessorCount) cores with \(Measurement.text(memory)) GiB, \(versions.joined(separator: " and ")), \(Date.now.formatted(.iso8601.year().month().day())). \
  Only the ratios count: medians of \
  rounds in which the engine and Wis took turns, each on a fresh and equal copy of the data with the engine's own durability. An erase \
  is a whole execution: finding the rows, freezing and journaling their keys, deleting, and remembering what was done.

  | what | Wis | engine | ratio | target | reached | |
  |---|---|---|---|---|---|---|
  \(measurements.map(\.row).joined(separator: "\n"))

  | what | measured | target | reached |
  |---|---|---|---|
  \(limits.joined(separator: "\n"))

  """
try text.write(toFile: results, atomically: true, encoding: .utf8)
print(text)
