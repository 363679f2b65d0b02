public import Retention
public import Stores

/// The state of a tenant's tables before anything is done, against which the result is checked.
public struct Baseline {
  /// All rows of each table that the plan touches.
  let rows: [String: Int]
  /// Rows that name a missing row, by reference into a table that the plan touches.
  let orphans: [Reference: Int]

  /// Takes the state that a plan starts from.
  public init(of plan: Plan, in store: any TenantStore) throws(StoreError) {
    for table in plan.steps.map(\.table).uniqued() { try store.requireKey(of: table) }
    var orphans: [Reference: Int] = [:]
    for reference in plan.referencesIntoErased where !plan.looksForOrphansByKey(reference) {
      orphans[reference] = try store.orphans(of: reference)
    }
    self.orphans = orphans
    // A row that is one person's only because others of them name it is nobody's once they have gone: it cannot be counted.
    let counted = plan.steps.filter { !($0.table.isAboutSubject && $0.goesWithOwners) }
    self.rows = Dictionary(counted.map { ($0.table.table.name, $0.tableRows) }, uniquingKeysWith: max)
  }
}

extension Plan {
  /// The references that name rows of tables from which something is erased.
  var referencesIntoErased: [Reference] {
    let erased = Set(steps.filter { $0.action == .erase }.map(\.table.table.name))
    return decision.graph.references.filter { erased.contains($0.target) }
  }

  /// Whether rows that name a row which is gone are looked for by its key. Of one person few rows go, and a search through all
  /// that name others would take longer than everything else.
  func looksForOrphansByKey(_ reference: Reference) -> Bool {
    guard let table = decision.table(reference.target), table.isAboutSubject, reference.when == nil else { return false }
    return Set(reference.targetColumns) == Set(table.key) && reference.targetColumns.count == table.key.count
  }
}

/// What a second look, by another route, found of an outcome. Only a passed verification leads to a certificate.
public struct Verification: Hashable, Sendable {
  /// What was looked at.
  public let checks: [Check]
  /// Rows that the plan was about and that are still as they were, by step.
  public let unhandled: [StepName: Int]
  /// The rows that each table was left with.
  let left: [String: Int]

  /// One thing that was looked at.
  public struct Check: Hashable, Sendable {
    /// By which route.
    public let kind: Kind
    /// The table, or the reference for orphans.
    public let subject: String
    /// How many rows, keys or references were covered.
    public let covered: Int
    /// How many of them were not as they should be.
    public let failed: Int
  }

  /// A route of verification.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The frozen keys were looked up one by one.
    case keys
    /// Rows that name a row which is gone were searched.
    case orphans
    /// The rows that must remain were counted.
    case remaining
  }

  /// Whether every check came out well.
  public var hasPassed: Bool { checks.allSatisfy { $0.failed == 0 } }

  init(checks: [Check], unhandled: [StepName: Int], left: [String: Int]) {
    self.checks = checks
    self.unhandled = unhandled
    self.left = left
  }

  /// Looks at what an outcome left behind.
  public init(of outcome: Outcome, since baseline: Baseline, by executor: Executor, in store: any TenantStore) throws {
    let open = outcome.plan.steps.map { ($0.name, $0.rows - (outcome.changedNow[$0.name] ?? 0)) }
    let census = try store.census(of: outcome.plan.decision)
    let lookup = try KeyLookup(outcome.plan, executor, store)
    let checks = try lookup.checks + Self.orphans(outcome.plan, baseline, lookup, store) + Self.remaining(outcome, baseline, census)
    self.init(
      checks: checks, unhandled: Dictionary(uniqueKeysWithValues: open.filter { $0.1 > 0 }),
      left: Dictionary(uniqueKeysWithValues: census.tables.map { ($0.table, $0.rows) }))
  }

  private static func orphans(
    _ plan: Plan, _ baseline: Baseline, _ lookup: KeyLookup, _ store: any TenantStore
  ) throws -> [Check] {
    var checks: [Check] = []
    for reference in plan.referencesIntoErased {
      let failed =
        try plan.looksForOrphansByKey(reference)
        ? lookup.naming[reference] ?? 0 : max(0, store.orphans(of: reference) - (baseline.orphans[reference] ?? 0))
      checks.append(Check(kind: .orphans, subject: reference.description, covered: 1, failed: failed))
    }
    return checks
  }

  /// An application that goes on working may add rows meanwhile; that rows are missing which nobody erased is a failure.
  private static func remaining(_ outcome: Outcome, _ baseline: Baseline, _ census: Census) -> [Check] {
    census.tables.filter { baseline.rows[$0.table] != nil }.map { table in
      let erased = outcome.changedNow.filter { $0.key.table == table.table && $0.key.action == .erase }.reduce(0) { $0 + $1.value }
      let expected = max(0, (baseline.rows[table.table] ?? 0) - erased)
      return Check(kind: .remaining, subject: table.table, covered: expected, failed: max(0, expected - table.rows))
    }
  }
}
