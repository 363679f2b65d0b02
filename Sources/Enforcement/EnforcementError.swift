public import Evidence
public import Retention
public import Stores

/// Why one tenant's run could not be made or finished.
public enum EnforcementError: Error {
  /// The tenant's database refused.
  case store(StoreError)
  /// The policy and the database do not fit together.
  case decision(DecisionError)
  /// Keys, seals or documents refused.
  case evidence(EvidenceError)
  /// The plan would not come out the same today.
  case stalePlan(why: StalePlan)
  /// A batch found more rows than the plan allows; it was rolled back.
  case exceedsPlan(table: String, planned: Int, found: Int)
  /// A batch found a row that is no longer what was returned, or what was sealed; it was rolled back.
  case notReturned(table: String)
  /// Triggers or rules refused a batch of these tables; it was rolled back.
  case refusedByTrigger(tables: [String], triggers: [String])
  /// A batch was interrupted, and its rows are neither all gone nor all there.
  case undecidedBatch(table: String, rows: Int, untouched: Int)
  /// A second look found that something is not as it should be.
  case unverified([Verification.Check])
  /// A folder with files that rows name cannot be opened.
  case fileRoot(name: String, path: String, problem: String)
  /// A person or another agent asked to stop; the batch was not begun.
  case stopped(reason: String)

  /// A row that was found to be restored is another one when it is about to go.
  static func changedSinceRestore(_ table: String) -> Self {
    .stopped(reason: "a row of table \(table) that a backup brought back was changed meanwhile")
  }

  /// What differs between a plan and the present.
  public enum StalePlan: Hashable, Sendable {
    /// The data, the schema or a policy is not what it was.
    case differs(now: String)
    /// What a run did under it before it was interrupted rests on rules that are gone.
    case unfounded(digest: String)
    /// It was made for a day in the future.
    case future(CivilDate)
    /// It is older than plans may be.
    case tooOld(CivilDate, days: Int)
  }
}
