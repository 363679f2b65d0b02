public import Retention

/// What a run did to one tenant's data. Only the executor makes it.
public struct Outcome {
  /// The plan that was carried out.
  public let plan: Plan
  /// Rows actually changed, by step, over all parts of the run: also before an interruption.
  public let changed: [StepName: Int]
  /// Rows changed since the plan was made: after the last interruption.
  public let changedNow: [StepName: Int]
  /// How long batches held their locks.
  public let locks: LockTimes

  init(plan: Plan, changed: [StepName: Int], changedNow: [StepName: Int], locks: LockTimes) {
    self.plan = plan
    self.changed = changed
    self.changedNow = changedNow
    self.locks = locks
  }

  /// How many rows went, or values of them. What was only marked is all there.
  public var destroyed: Int { changed.reduce(0) { $0 + ($1.key.action.destroys ? $1.value : 0) } }
}

/// How long the batches of a run held their locks.
public struct LockTimes: Hashable, Sendable {
  private var times: [Duration] = []

  /// The number of batches.
  public var batches: Int { times.count }
  /// The middle one; zero when there was none.
  public var median: Duration { times.isEmpty ? .zero : times.sorted()[times.count / 2] }
  /// The longest; zero when there was none.
  public var longest: Duration { times.max() ?? .zero }

  mutating func add(_ time: Duration) { times.append(time) }
}
