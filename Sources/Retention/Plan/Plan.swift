/// The exact list of what a run will do to one tenant's data. It can only be made from a decision and a census, and
/// it is the only thing that can be applied.
public struct Plan: Hashable, Sendable {
  /// The decision it follows.
  public let decision: TenantDecision
  /// What will be done, in order.
  public let steps: [Step]
  /// What stays although somebody might expect it to go: restricted, undated and uncovered records.
  public let exclusions: [Exclusion]
  /// Every record that was counted, by disposition.
  public let totals: [Disposition: Int]
  /// The rows of each table.
  let tableRows: [String: Int]

  /// Makes the plan that follows from a decision and the counts made for it.
  public init(decision: TenantDecision, census: Census) {
    let counts = Dictionary(uniqueKeysWithValues: census.tables.map { ($0.table, $0) })
    var all: [Step] = []
    var exclusions: [Exclusion] = []
    var totals: [Disposition: Int] = [:]
    for table in decision.tables {
      guard let census = counts[table.table.name] else { preconditionFailure("a census counts every table of its decision") }
      for (one, count) in zip(table.cases, census.counts) {
        totals[one.disposition, default: 0] += count.rows
        if count.rows > 0, [.restrict, .undated, .uncovered].contains(one.disposition) {
          exclusions.append(Exclusion(table: table.table.name, case: one, count: count))
        }
      }
    }
    func steps(_ action: Step.Action, of table: TableDecision) -> [Step] {
      guard let census = counts[table.table.name] else { preconditionFailure("a census counts every table of its decision") }
      return table.steps(action, census, decision.graph)
    }
    // All that goes from a group of tables goes before the first of its rows is reduced.
    for group in decision.groups {
      for action in [Step.Action.erase, .reduce] {
        for table in group.compactMap(decision.table) { all += steps(action, of: table) }
      }
    }
    for table in decision.tables { all += steps(.restrict, of: table) }
    self.init(
      decision: decision, steps: all, exclusions: exclusions, totals: totals, tableRows: counts.mapValues(\.rows))
  }

  init(decision: TenantDecision, steps: [Step], exclusions: [Exclusion], totals: [Disposition: Int], tableRows: [String: Int]) {
    self.decision = decision
    self.steps = steps.map { $0.within(decision.circle(of: $0, among: steps)) }
    self.exclusions = exclusions
    self.totals = totals
    self.tableRows = tableRows
  }
}

extension Plan {
  /// The steps in their order, those together that do the same to one table or to the tables of one circle.
  public var stepsTakenTogether: [[Step]] {
    var groups: [[Step]] = []
    for step in steps {
      if let last = groups.last?.first, last.action == step.action,
        step.circle == nil ? last.table.table.name == step.table.table.name : last.circle == step.circle
      {
        groups[groups.count - 1].append(step)
      } else {
        groups.append([step])
      }
    }
    return groups
  }
}

extension TableDecision {
  /// The steps that do one thing to rows of the table, one for each kind of data.
  fileprivate func steps(_ action: Step.Action, _ census: TableCensus, _ graph: ReferenceGraph) -> [Step] {
    let found = zip(cases, census.counts).filter { $0.action == action && $1.rows > 0 }
    return found.compactMap(\.0.category).uniqued().map { category in
      let own = found.filter { $0.0.category == category }
      return Step(
        table: self, category: category, action: action, cases: own.map(\.0), count: CaseCount(of: own.map(\.1)), tableRows: census.rows,
        incoming: graph.incoming(table.name))
    }
  }
}

extension CaseCount {
  /// The records of some cases together.
  fileprivate init(of counts: [CaseCount]) {
    let clocks = counts.compactMap(\.clocks)
    let first = clocks.map(\.lowerBound).min()
    let last = clocks.map(\.upperBound).max()
    self.init(rows: counts.reduce(0) { $0 + $1.rows }, clocks: first.flatMap { first in last.map { first...$0 } })
  }
}

extension Plan {
  /// Records whose use must stop although nothing says so to the application that uses them: the data map names no mark for
  /// their table, or they must stay as they are for now.
  public var unmarked: [Exclusion] {
    exclusions.filter { $0.case.disposition == .restrict && $0.case.action == nil && !$0.case.reasons.contains(.alreadyRestricted) }
  }

  /// Whether rows or values go by it. What is only marked is all there.
  public var destroys: Bool { steps.contains { $0.action.destroys } }

  /// Whether it is about few rows of one person, which can go in one transaction: nobody ever sees half of them gone.
  public var fitsOneTransaction: Bool {
    decision.instruction?.subject != nil && restores == nil && missingIndexes.isEmpty && steps.reduce(0) { $0 + $1.rows } <= 500
      && steps.allSatisfy { [.table, .fullText].contains($0.table.table.kind) }
  }
}

extension TenantDecision {
  /// The references into tables from which rows can fall due whose columns no index serves. A full-text table can have none: it is
  /// read once for all the rows of a batch.
  public var unindexedReferences: [Reference] {
    graph.references.filter { reference in
      tables.contains { $0.table.name == reference.target && $0.due != .constant(false) }
        && !(schema.table(reference.table).map { $0.kind == .fullText || $0.hasIndex(on: reference.columns) } ?? true)
    }
  }
}

/// One act of a plan: the rows of one kind in one table that will be erased, reduced or restricted.
public struct Step: Hashable, Sendable {
  /// The table.
  public let table: TableDecision
  /// The kind of data in the rows.
  public let category: Category
  /// What is done to them.
  public let action: Action
  /// Why.
  public let reasons: [Reason]
  /// How many, and how old.
  public let count: CaseCount
  /// All rows of the table that are the tenant's.
  public let tableRows: Int
  /// The condition that the rows' own terms are over.
  package let due: Condition
  /// The references by which rows name rows of the table.
  let incoming: [Reference]
  /// The circle that the table is part of, as the steps of the plan see it; nil when rows can be taken one by one.
  public private(set) var circle: Circle?

  /// What is done to rows.
  public enum Action: String, Hashable, Sendable, CaseIterable {
    case erase
    case reduce
    /// They are marked, so that the application that has them uses them no more.
    case restrict

    /// Whether something is gone afterwards.
    public var destroys: Bool { self != .restrict }
  }

  init(
    table: TableDecision, category: Category, action: Action, cases: [TableDecision.Case], count: CaseCount, tableRows: Int,
    incoming: [Reference]
  ) {
    self.init(
      table: table, category: category, action: action, reasons: cases.flatMap(\.reasons).uniqued(), count: count, tableRows: tableRows,
      due: .disjunction(cases.map(\.due)), incoming: incoming)
  }

  init(
    table: TableDecision, category: Category, action: Action, reasons: [Reason], count: CaseCount, tableRows: Int, due: Condition,
    incoming: [Reference]
  ) {
    self.table = table
    self.category = category
    self.action = action
    self.reasons = reasons
    self.count = count
    self.tableRows = tableRows
    self.due = due
    self.incoming = incoming
  }

  fileprivate func within(_ circle: Circle?) -> Step {
    var step = self
    step.circle = action == .erase ? circle : nil
    return step
  }

  /// Whether its rows go when the last row goes for whose sake they exist, and so in one transaction with it.
  public var goesWithOwners: Bool {
    reasons.contains { if case .livesWith = $0 { circle != nil } else { false } }
  }

  /// Whether a partition of which every row is due goes as a whole.
  public var dropsPartitions: Bool { action == .erase && circle == nil && table.partitions == .dropped && !table.isAboutSubject }

  /// Whether rows can name rows of the table.
  public var isReferenced: Bool { !incoming.isEmpty }

  /// The number of rows it is about.
  public var rows: Int { count.rows }

  /// The condition on a row at the moment it is changed: its own terms are over and every duty and hold is at an end;
  /// to be erased, no row names it any more; to be reduced, some row still does and something is left to empty; to be restricted,
  /// that its use must stop, and that it is not marked.
  ///
  /// It is evaluated inside the deleting transaction, after the rows that were due before it have gone.
  public var condition: Condition {
    let named = Condition.disjunction(incoming.map { .referenced($0, by: .constant(true)) })
    switch action {
    case .erase:
      return due && .negation(named)
    case .reduce:
      return .conjunction([due, named, isNotDone])
    case .restrict:
      return due && isNotDone
    }
  }

  private var isNotDone: Condition { table.values(for: action).map { .not(.row($0.isDone)) } ?? .constant(false) }

  /// The condition on a row that goes together with rows which name it: its own terms are over, no row of a table outside of
  /// the circle names it, and no row that stays holds it.
  public var conditionInCircle: Condition {
    guard let circle else { return condition }
    return .conjunction([conditionOutsideCircle, .negation(.held(circle))])
  }

  /// The same, but for what the circle's own rows have to say about it.
  package var conditionOutsideCircle: Condition {
    guard let member = circle?.member(table.table.name) else { return condition }
    return .conjunction([due, .negation(member.heldFromOutside)])
  }
}

/// Records that stay, with the reasons and, where it is known, the day until which.
public struct Exclusion: Hashable, Sendable {
  /// Their table.
  public let table: String
  /// The case they fall into.
  public let `case`: TableDecision.Case
  /// How many, and how old.
  public let count: CaseCount

  /// The day from which the last of them can go: every duty is over and a limit is reached. Nil when that cannot be told.
  public var until: CivilDate? {
    var mayGo: CivilDate?
    var mustGo: CivilDate?
    var isReached = false
    for reason in `case`.reasons {
      switch reason {
      case .dutyOpen(let applied):
        guard let end = latestEnd(applied) else { return nil }
        mayGo = max(mayGo ?? end, end)
      case .hold(_, let until):
        guard let end = until?.adding(days: 1) else { return nil }
        mayGo = max(mayGo ?? end, end)
      case .limitNotReached(let applied):
        guard let end = latestEnd(applied) else { return nil }
        mustGo = min(mustGo ?? end, end)
        if applied.rule.force.contains(.duty) { mayGo = max(mayGo ?? end, end) }
      case .limitReached, .requested, .livesWith: isReached = true
      case .processingStopped, .alreadyRestricted: continue
      case .untilRequest, .neverNamed, .neededBy, .alreadyReduced, .clockMissing, .restored, .unmarked, .noRule, .unmapped, .impersonal:
        return nil
      }
    }
    return isReached ? mayGo : mustGo.map { max($0, mayGo ?? $0) }
  }

  /// The end of a rule for the latest of the records; nil when their clocks were not the ones looked at, or need not show a day.
  private func latestEnd(_ applied: AppliedRule) -> CivilDate? {
    guard let clock = applied.clock else { return applied.end(forClock: nil) }
    guard clock == `case`.clock, clock.clock.whenNull == .undated else { return nil }
    return applied.end(forClock: count.clocks?.upperBound)
  }
}
