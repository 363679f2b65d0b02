import Foundation
import Testing

/// A step of some command, on a node that is ready for it.
struct LongStep {
  let origin: TestNode
  let database: Database
  let arguments: [String]
  /// How an undisturbed one ends.
  var exit: Int32 = 0
  /// What the program runs under, so that it sees another day; nothing for today.
  var clock: [String] = []
  /// What one says that finds everything done already; nil when that is no error.
  var isDoneAlready: String?
  /// What one says that finds what an earlier one left, and what is to be done about it; nil when that never happens.
  var refusal: (words: String, remedy: (Trial.Copy) throws -> Void)?

  func run(_ copy: Trial.Copy, through wrapper: [String] = []) throws -> Wis.Outcome {
    try copy.database.waitUntilAlone()
    let arguments = arguments.map { $0.replacingOccurrences(of: "FOLDER", with: copy.node.folder) }
    return try Wis.run(arguments + ["--config", copy.node.config], in: copy.node.folder, through: wrapper + clock)
  }

  /// Does the step undisturbed, then kills it at some of the wanted calls, each time on a fresh copy. `check` sees what is
  /// left after the kill; `end` sees what is left when it was done again, and gives what must always be the same.
  func kill(
    at count: Int, among wanted: ([Call]) -> [Call], check: (Trial.Copy) throws -> Void, end: (Trial.Copy) throws -> String
  ) throws {
    let whole = try Trial.Copy(of: origin, database, in: origin.folder + "/whole")
    defer { whole.remove() }
    let trace = Trace(path: whole.node.folder + "/trace")
    let done = try run(whole, through: trace.command())
    try #require(done.exit == exit, "\(done)")
    let calls = wanted(trace.calls(in: whole.node.folder))
    try #require(calls.count >= count, "\(calls.count)")
    let expected = try end(whole)
    var killed = 0
    for number in 0..<count {
      let call = calls[count == 1 ? calls.count / 2 : number * (calls.count - 1) / (count - 1)]
      let copy = try Trial.Copy(of: origin, database, in: origin.folder + "/trial-\(number)")
      defer { copy.remove() }
      let fault = Trace(path: copy.node.folder + "/trace").command(["\(call.name):signal=SIGKILL:when=\(call.number)"])
      if try run(copy, through: fault).exit == -SIGKILL { killed += 1 }
      try check(copy)
      var again = try run(copy)
      if let refusal, again.exit == 2, again.errors.contains(refusal.words) {
        try refusal.remedy(copy)
        again = try run(copy)
      }
      let isDone = isDoneAlready.map { again.exit == 2 && again.errors.contains($0) } ?? false
      #expect(again.exit == exit || isDone, "\(call) \(again)")
      let found = try end(copy)
      #expect(found == expected, "\(arguments) \(call): \(found)")
    }
    // A run makes now and then a call less than the one before it, so not every kill hits.
    #expect(killed * 3 >= count * 2, "\(killed) of \(count)")
  }
}
