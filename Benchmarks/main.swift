import Agent
import Enforcement
import Evidence
import Foundation
import Portability
import Retention
import Stores

// Benchmarks [SCAN-ROWS [ERASE-ROWS [RESULTS-FILE [PARTS]]]]: measures Wis against the engines themselves.
// PARTS are some of request, export, scan, erase, scrub, search, SQLite and PostgreSQL, with commas between them: only those are measured.
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

// Likewise for packages: Benchmarks export-package ENGINE LOCATION OUT, and Benchmarks verify-package PACKAGE
if arguments.count == 5, arguments[1] == "export-package", let engine = Engine(rawValue: arguments[2]) {
  try Bench(engine: engine, location: arguments[3], folder: "/").writePackage(to: arguments[4], on: today)
  exit(0)
}
if arguments.count == 3, arguments[1] == "verify-package" {
  let package = try VerifiedPackage(path: arguments[2], identity: nil)
  precondition(package.hasPassed, "the package passes")
  exit(0)
}

let scanRows = arguments.count > 1 ? Int(arguments[1]) ?? 10_000_000 : 10_000_000
let eraseRows = arguments.count > 2 ? Int(arguments[2]) ?? 3_200_000 : 3_200_000
let exportRows = min(scanRows, 2_000_000)
// Benchmarks 2000000 0 FILE measures the export alone.
let isExportOnly = eraseRows == 0
let parts = arguments.count > 4 ? Set(arguments[4].split(separator: ",").map(String.init)) : []
let named = Engine.allCases.filter { parts.contains($0.rawValue) }
let engines = named.isEmpty ? Engine.allCases : named
func isWanted(_ part: String) -> Bool { parts.isSubset(of: Engine.allCases.map(\.rawValue)) || parts.contains(part) }
let results = arguments.count > 3 ? arguments[3] : "Benchmarks/RESULTS.md"
guard let server = ProcessInfo.processInfo.environment["WIS_TEST_POSTGRES"] else {
  FileHandle.standardError.write(Data("missing: WIS_TEST_POSTGRES, the URL of a PostgreSQL server; make bench starts one\n".utf8))
  exit(2)
}
let folder = NSTemporaryDirectory() + "/wis-bench-\(ProcessInfo.processInfo.processIdentifier)"
try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
defer { _ = try? FileManager.default.removeItem(atPath: folder) }

var report = Report()
for engine in engines {
  let bench = Bench(engine: engine, location: engine == .sqlite ? "\(folder)/tenant.db" : server, folder: folder)
  if engine == .postgreSQL {
    for setting in ["fsync", "synchronous_commit", "full_page_writes"] { try bench.run("ALTER SYSTEM SET \(setting) = on") }
    try bench.run("SELECT pg_reload_conf()")
  }
  if isWanted("request") { try bench.compareRequest(of: scanRows, &report) }
  if isWanted("export") { try bench.compareExport(of: exportRows, &report) }
  if isExportOnly { continue }
  if isWanted("scan") { try bench.compareScan(of: scanRows, on: today, &report) }
  for order in Order.allCases where isWanted("erase") { try bench.compareErase(in: order, of: eraseRows, on: today, &report) }
  if engine == .sqlite {
    if isWanted("scrub") { try bench.compareScrub(of: scanRows, &report) }
    if isWanted("search") { try bench.compareSearch(of: scanRows, &report) }
  }
}

let versions = try engines.map { engine in
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
  \(report.measurements.map(\.row).joined(separator: "\n"))

  | what | measured | target | reached |
  |---|---|---|---|
  \(report.limits.joined(separator: "\n"))

  """
try text.write(toFile: results, atomically: true, encoding: .utf8)
print(text)
