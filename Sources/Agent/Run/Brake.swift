import Enforcement
public import Retention

/// A safety limit that a plan ran into. A person releases it with `wis approve`.
public enum Brake: Hashable, Sendable {
  /// Nothing was ever erased for this tenant under these policies.
  case firstRun
  /// A clause destroys all data after the contract.
  case endOfContract
  /// Nothing was released for this request yet. What is left of it later, when a duty ends, needs no new consent.
  case request(String)
  /// The plan is about more rows than the node's limit.
  case rows(Int, limit: Int)
  /// The plan is about more of a table than the node's limit.
  case percent(Int, of: String, limit: Int)
  /// A missing index makes erasing slower than anyone would wait for unasked.
  case missingIndex(MissingIndex)
  /// Rows name what would not be removed below a root, by why.
  case files(root: String, refused: [FileRefusal: Int])
  /// None of the files that rows name is below its root: it can be another folder, or not be mounted.
  case noFiles(root: String, named: Int)

  /// The limits that a plan runs into.
  static func tripped(by plan: Plan, _ brakes: Brakes, isFirstRun: Bool) -> [Brake] {
    var tripped: [Brake] = isFirstRun ? [.firstRun] : []
    let rows = plan.steps.reduce(0) { $0 + $1.rows }
    if rows > brakes.rows { tripped.append(.rows(rows, limit: brakes.rows)) }
    let byTable = Dictionary(grouping: plan.steps, by: \.table.table.name)
    for (table, steps) in byTable.sorted(by: { $0.key < $1.key }) {
      let due = steps.reduce(0) { $0 + $1.rows }
      let all = max(1, steps[0].tableRows)
      // Rounded up, so that a limit of 10 % holds for 10.1 %.
      let percent = (due * 100 + all - 1) / all
      if percent > brakes.percent { tripped.append(.percent(percent, of: table, limit: brakes.percent)) }
    }
    tripped += plan.missingIndexes.filter { $0.seconds > costlySeconds }.map(Brake.missingIndex)
    return tripped
  }

  /// The limits that the plan of a request runs into. That all of what it is about goes is no surprise.
  static func tripped(by plan: Plan, _ brakes: Brakes, isFirstOf request: String?) -> [Brake] {
    let limits = tripped(by: plan, brakes, isFirstRun: false).filter {
      if case .percent = $0 { false } else { true }
    }
    return (request.map { [.request($0)] } ?? []) + limits
  }

  /// What a person should know of the files that a plan is about.
  static func tripped(by survey: FileSurvey) -> [Brake] {
    survey.roots.flatMap { root -> [Brake] in
      let refused = root.refused.isEmpty ? [] : [Brake.files(root: root.name, refused: root.refused)]
      return refused + (root.missing > 0 && root.present == 0 ? [.noFiles(root: root.name, named: root.missing)] : [])
    }
  }

  /// What a missing index may cost without a person's consent.
  static let costlySeconds = 10
}

/// The node's clock cannot be believed: a wrong one would erase years too early.
public enum ClockBrake: Hashable, Sendable {
  /// It is behind the last run.
  case behind(lastRun: Instant)
  /// It is ahead of the last run by more than the configured span.
  case ahead(lastRun: Instant, days: Int)
  /// It disagrees with the clock of a tenant's database server.
  case disagrees(server: Instant, seconds: Int)

  /// What is wrong with the clock, judged by the last run and a server's clock.
  static func tripped(now: Instant, lastRun: Instant?, server: Instant?, _ brakes: Brakes) -> ClockBrake? {
    if let lastRun {
      if now < lastRun { return .behind(lastRun: lastRun) }
      if now > lastRun.adding(seconds: brakes.clockAheadDays * 86_400) { return .ahead(lastRun: lastRun, days: brakes.clockAheadDays) }
    }
    if let server, abs(now.seconds - server.seconds) > brakes.clockSkewSeconds {
      return .disagrees(server: server, seconds: abs(now.seconds - server.seconds))
    }
    return nil
  }
}
