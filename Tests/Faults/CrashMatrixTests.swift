import Foundation
import Testing

/// Whatever befalls a run, the runs after it lead to the same end: the same rows, one certificate that counts them, a log
/// that verifies, and nothing left lying about.
///
/// A failure names its trial; it is repeated alone with `WIS_FAULTS=sqlite:17 Tests/run --filter Faults`.
@Suite(.worlds) struct `Faults of a run` {
  /// The trials to make: `WIS_FAULTS` names one, says how many for each engine, or which seeds as 200-299.
  static let trials: [Trial] = {
    let wish = ProcessInfo.processInfo.environment["WIS_FAULTS"] ?? "50"
    let parts = wish.split(separator: ":")
    if parts.count == 2, let engine = Database.Engine(rawValue: String(parts[0])), let seed = Int(parts[1]) {
      return [Trial(engine: engine, seed: seed)]
    }
    let ends = wish.split(separator: "-").compactMap { Int($0) }
    let seeds = ends.count == 2 && ends[0] <= ends[1] ? Array(ends[0]...ends[1]) : Int(wish).map { Array(0..<$0) }
    guard let seeds else { preconditionFailure("WIS_FAULTS is a number, seeds as 200-299, or an engine and a seed as sqlite:17") }
    return seeds.flatMap { seed in Database.Engine.allCases.map { Trial(engine: $0, seed: seed) } }
  }()

  @Test(arguments: trials)
  func `lead to the same end`(trial: Trial) throws {
    try trial.run(in: try #require(Worlds.current))
  }
}
