import Enforcement
import Foundation
import Retention

extension Bench {
  /// Scans and then erases a large table.
  func compareScan(of scanRows: Int, on today: CivilDate, _ report: inout Report) throws {
    try fill(rows: scanRows, .spread)
    let store = try self.store()
    guard let cutoff = try findings(store, on: today).plan.cutoff else { preconditionFailure("rows are due") }
    var (due, counted) = (0, 0)
    _ = try count(before: cutoff)
    let rounds = try (0..<5).map { _ in
      let one = try Measurement.time { due = try count(before: cutoff) }
      return (wis: try Measurement.time { counted = try findings(store, on: today).plan.totals[.erase] ?? 0 }, engine: one)
    }
    precondition(counted == due, "both count the same rows")
    report.tell(
      Measurement(
        what: "\(engine.rawValue): scan of \(scanRows) rows, against count(*) of the \(due) due ones", rounds: rounds, target: 1.2,
        note: "the scan counts every row, by case"))
    try fill(rows: scanRows, .byTime)
    let child = Process()
    child.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    child.arguments = ["memory", engine.rawValue, location, folder]
    let output = Pipe()
    child.standardOutput = output
    try child.run()
    let memory = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    child.waitUntilExit()
    guard let peak = Double(memory.trimmingCharacters(in: .whitespacesAndNewlines)) else { preconditionFailure("the child measures") }
    report.tell(
      limit: "\(engine.rawValue): peak memory of scan, plan, erase and verification, \(due) of \(scanRows) rows",
      "\(Measurement.text(peak)) MiB", "64 MiB", peak < 64)
  }

  /// Erases the due rows of a table, in batches and at once.
  func compareErase(in order: Order, of eraseRows: Int, on today: CivilDate, _ report: inout Report) throws {
    var (erased, locks): (Int, [LockTimes]) = (0, [])
    let rounds = try (0..<3).map { _ in
      try fill(rows: eraseRows, order)
      let store = try self.store()
      let plan = try findings(store, on: today).plan
      guard let cutoff = plan.cutoff else { preconditionFailure("rows are due") }
      var bulk = 0
      try fill(rows: eraseRows, order)
      let one = try Measurement.time { bulk = try erase(before: cutoff) }
      try fill(rows: eraseRows, order)
      let eraser = try self.store()
      let wis = try Measurement.time {
        let (outcome, _) = try execute(plan, eraser)
        erased = outcome.changed.values.reduce(0, +)
        locks.append(outcome.locks)
      }
      precondition(erased == bulk, "both erase the same rows")
      return (wis: wis, engine: one)
    }
    let what = "\(engine.rawValue), \(order.rawValue)"
    report.tell(
      Measurement(what: "\(what): erase of \(erased) rows in journaled batches, against one DELETE", rounds: rounds, target: 1.35))
    let median = Measurement.median(locks.map(\.median))
    let longest = Measurement.median(locks.map(\.longest))
    report.tell(
      limit: "\(what): median lock of \(locks[0].batches) batches", Measurement.text(median), "50 ms", median <= .milliseconds(50))
    report.tell(limit: "\(what): longest lock, median of the rounds", Measurement.text(longest), "200 ms", longest <= .milliseconds(200))
  }
}
