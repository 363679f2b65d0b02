/// The rules of one table resolved, before it is known which rows others need.
struct TableDraft {
  let table: Table
  let application: RuleApplication
  let ownership: Condition
  /// The condition that a row's own terms are over.
  let due: Condition
  let mapped: MappedTable?
  private let holds: [TableHold]
  private let kinds: [DraftKind]
  /// The condition that rows which are not the person's name a row that exists for the sake of others.
  private let shared: Condition

  /// A hold with the rows of the table that it covers.
  private struct TableHold {
    let hold: Hold
    let rows: Condition

    var reason: Reason { .hold(id: hold.id, until: hold.until) }
  }

  /// The terms of one kind of data as conditions.
  private struct DraftKind {
    let kind: TableDecision.Kind
    /// Whether some rule speaks about the kind.
    let isCovered: Bool
    /// Whether rows go because those that they live with do.
    let goesWithOthers: Bool
    /// Only rows for whose sake a row exists could make it due, and none names it.
    let isNeverNamed: Condition
    let known: Condition
    let limitReached: Condition
    /// A row is the tenant's, of this kind, and its own terms are over.
    let due: Condition
  }

  /// The tables whose rows decide when rows of this one go: each goes in one transaction with the last that names it.
  var owners: [String] {
    kinds.contains { $0.isNeverNamed != .constant(false) } || application.livesWithPerson(table.name) ? mapped?.livesWith ?? [] : []
  }

  init(table: Table, application: RuleApplication, holds: [Hold]) throws(DecisionError) {
    let mapped = application.policy.map.tables[table.name]
    self.table = table
    self.application = application
    self.mapped = mapped
    self.holds = try Self.holds(holds, on: table.name, application)
    let subject = try Self.rowsOfSubject(in: table.name, application)
    guard subject != .constant(false) else {
      self.kinds = []
      self.shared = .constant(false)
      self.due = .constant(false)
      self.ownership = .constant(false)
      return
    }
    guard let mapped, !mapped.isImpersonal else {
      self.kinds = []
      self.shared = .constant(false)
      self.due = .constant(false)
      self.ownership = .constant(true)
      return
    }
    self.ownership = try subject && application.ownership(of: table)
    self.shared = try Self.rowsOfOthers(naming: table.name, application)
    var naming: [Condition] = []
    for other in mapped.livesWith {
      naming.append(.referenced(try application.reference(from: other, to: table.name), by: .constant(true)))
    }
    var kinds: [DraftKind] = []
    for (category, rows) in Self.rowsByCategory(of: mapped) {
      kinds.append(
        try Self.kind(
          category, rows: rows, ownership, in: table.name, application, named: .disjunction(naming),
          held: .disjunction(self.holds.map(\.rows))))
    }
    self.kinds = kinds
    self.due = .disjunction(kinds.map(\.due))
  }

  private static func rowsOfSubject(in table: String, _ application: RuleApplication) throws(DecisionError) -> Condition {
    guard let instruction = application.instruction, let subject = instruction.subject else { return .constant(true) }
    return try application.rows(of: subject, as: "the subject of \(instruction.request)", in: table)
  }

  private static func rowsOfOthers(naming table: String, _ application: RuleApplication) throws(DecisionError) -> Condition {
    guard application.livesWithPerson(table) else { return .constant(false) }
    var named: [Condition] = []
    for owner in application.policy.map.tables[table]?.livesWith ?? [] {
      let own = try rowsOfSubject(in: owner, application)
      named.append(.referenced(try application.reference(from: owner, to: table), by: .negation(own)))
    }
    return .disjunction(named)
  }

  /// The holds on a table that stand against what is decided: an instruction of the controller ends its own.
  private static func holds(_ holds: [Hold], on table: String, _ application: RuleApplication) throws(DecisionError) -> [TableHold] {
    let isOverruled = application.instruction?.overrulesController ?? false
    var found: [TableHold] = []
    for hold in holds where !(isOverruled && hold.binds == .controller) {
      let rows = try application.rows(under: hold, in: table)
      if rows != .constant(false) { found.append(TableHold(hold: hold, rows: rows)) }
    }
    return found
  }

  /// The rows of each category, each row in one of them: the first variant that fits counts.
  private static func rowsByCategory(of mapped: MappedTable) -> [(Category, Condition)] {
    var earlier: [Condition] = []
    var found: [(category: Category, rows: Condition)] = []
    for (rows, category) in mapped.variants.map({ (Condition.row($0.rows), $0.category) }) + [(.constant(true), mapped.category)] {
      let own = Condition.conjunction(earlier.map { .negation($0) } + [rows])
      if let index = found.firstIndex(where: { $0.category == category }) {
        found[index].rows = .disjunction([found[index].rows, own])
      } else {
        found.append((category, own))
      }
      earlier.append(rows)
    }
    return found
  }

  private static func kind(
    _ category: Category, rows: Condition, _ ownership: Condition, in table: String, _ application: RuleApplication, named: Condition,
    held: Condition
  ) throws(DecisionError) -> DraftKind {
    let (rules, elsewhere) = try application.rules(for: category, in: table)
    let isAsked = application.instruction != nil && category != .impersonal
    let takesNothing = application.instruction?.isRestricting ?? false
    let livesWithLimit = !isAsked && elsewhere.contains { $0.force.contains(.limit) }
    let limits = isAsked ? [.constant(true)] : rules.filter { $0.rule.force.contains(.limit) }.map(\.isOver)
    let duties = rules.filter { $0.rule.force.contains(.duty) }.map(\.isOver)
    let known = Condition.conjunction(rules.compactMap(\.clock).uniqued().map(\.isKnown))
    // Nothing tells a row that nobody names yet from one whose owners have gone: neither is due.
    let limitReached = Condition.disjunction(limits + (livesWithLimit ? [named] : []))
    let isNeverNamed = livesWithLimit ? Condition.negation(limitReached) : .constant(false)
    let dutiesOver = Condition.conjunction(duties + [.negation(held)])
    return DraftKind(
      kind: TableDecision.Kind(category: category, rows: rows, rules: rules), isCovered: isAsked || !(rules.isEmpty && elsewhere.isEmpty),
      goesWithOthers: livesWithLimit || application.livesWithPerson(table), isNeverNamed: isNeverNamed, known: known,
      limitReached: limitReached,
      due: takesNothing ? .constant(false) : .conjunction([ownership, rows, known, limitReached, dutiesOver]))
  }

  /// The condition that kept rows of tables outside of a group refer to a row of this table.
  func need(from decisions: [String: TableDecision], outside group: [String]) -> Condition {
    .disjunction(
      application.graph.incoming(table.name).filter { !group.contains($0.table) }.map { reference in
        let other = decisions[reference.table]
        let kept = Condition.negation(other?.erasable ?? .constant(false))
        guard application.instruction?.subject != nil, kept != .constant(true) else { return .referenced(reference, by: kept) }
        // Only one person's rows are asked: so rows that stay are looked for among those that name one of them.
        let keptNaming = .belonging(reference, to: ownership) && kept
        return keptNaming == .constant(false) ? keptNaming : .referenced(reference, by: keptNaming)
      })
  }

  /// The decision, given which rows others need.
  func decision(needed: Condition) throws(DecisionError) -> TableDecision {
    let restriction = try markedColumns()
    let reduction = try reducedColumns(marking: restriction)
    let all =
      kinds.isEmpty
      ? [impersonalOrUnmapped] : kinds.flatMap { cases(of: $0, needed: needed, reduction: reduction, restriction: restriction) }
    if due != .constant(false) || all.contains(where: { $0.action != nil }) {
      guard table.kind.holdsRows else { throw .notErasable(table: table.name, kind: table.kind) }
      guard !key.isEmpty else { throw .noKey(table: table.name) }
    }
    if due != .constant(false) || all.contains(where: { $0.action?.destroys ?? false }) {
      let leaving = table.columns.first { $0.leavesLargeObjects && mapped?.columns[$0.name]?.category != .impersonal }
      if let leaving { throw .largeObjects(table: table.name, column: leaving.name) }
    }
    return TableDecision(
      table: table, ownership: ownership, isAboutSubject: application.instruction?.subject != nil, cases: all, kinds: kinds.map(\.kind),
      due: due, needed: needed, reduction: reduction, restriction: restriction, partitions: partitions, key: key,
      keyIsClaimed: keyIsClaimed)
  }

  /// The columns that name a row: the primary key, a unique key, what the data map declares, or the number that the
  /// database gives it.
  var key: [String] {
    table.primaryKey.isEmpty ? table.uniqueKeys.first ?? mapped?.key ?? [table.rowID].compactMap(\.self) : table.primaryKey
  }

  private var keyIsClaimed: Bool { table.primaryKey.isEmpty && table.uniqueKeys.isEmpty && mapped?.key != nil }

  private var impersonalOrUnmapped: TableDecision.Case {
    TableDecision.Case(
      category: mapped?.category, disposition: mapped == nil ? .uncovered : .keep, action: nil,
      reasons: [mapped == nil ? .unmapped : .impersonal], condition: .constant(true), clock: nil, due: .constant(false))
  }

  private func cases(
    of draft: DraftKind, needed: Condition, reduction: ColumnValues?, restriction: ColumnValues?
  ) -> [TableDecision.Case] {
    let kind = draft.kind
    let clock = kind.rules.lazy.compactMap(\.clock).first
    func make(
      _ disposition: Disposition, _ reasons: [Reason], _ condition: Condition, doing action: Step.Action? = nil, to due: Condition? = nil
    ) -> TableDecision.Case {
      TableDecision.Case(
        category: kind.category, disposition: disposition, action: action, reasons: reasons, condition: kind.rows && condition,
        clock: clock, due: due ?? draft.due)
    }
    /// Rows to be restricted: those that are marked, and those that are not yet. `rows` tells them by itself.
    func restrict(_ reasons: [Reason], _ condition: Condition, _ rows: Condition) -> [TableDecision.Case] {
      guard let restriction else { return [make(.restrict, reasons, condition)] }
      let isFrozen = holds.contains { $0.hold.keepsUnchanged }
      return [
        make(.restrict, reasons + [.alreadyRestricted], condition && .row(restriction.isDone)),
        make(.restrict, reasons, condition, doing: isFrozen ? nil : .restrict, to: .conjunction([ownership, kind.rows, rows])),
      ]
    }
    if kind.category == .impersonal { return [make(.keep, [.impersonal], .constant(true))] }
    if let instruction = application.instruction, instruction.isRestricting {
      // What others share with the person stays in use.
      return [make(.keep, [.livesWith(mapped?.livesWith ?? [])], shared)].filter { $0.condition != .constant(false) }
        + restrict([.requested(request: instruction.request, instruction.rule)], .constant(true), .negation(shared))
    }
    if !draft.isCovered { return [make(.uncovered, [.noRule(kind.category)], .constant(true))] }

    let limits = kind.rules.filter { $0.rule.force.contains(.limit) }
    let duties = kind.rules.filter { $0.rule.force.contains(.duty) }
    let reached =
      (application.instruction.map { [.requested(request: $0.request, $0.rule)] } ?? limits.map(Reason.limitReached))
      + (draft.goesWithOthers ? [.livesWith(mapped?.livesWith ?? [])] : [])
    let open = duties.map(Reason.dutyOpen) + holds.filter { $0.rows == .constant(true) }.map(\.reason)
    let personal = holds.filter { $0.rows != .constant(true) }
    let incoming = application.graph.incoming(table.name)
    let needing = Reason.neededBy(incoming.map(\.table).uniqued())
    let due = draft.due

    var cases = [
      make(.undated, [.clockMissing(kind.rules.compactMap { $0.clock?.description }.uniqued())], .negation(draft.known)),
      make(.undated, [.neverNamed(mapped?.livesWith ?? [])], draft.isNeverNamed),
    ]
    if let reduction {
      let marked: [Reason] = restriction == nil ? [] : [.alreadyRestricted]
      cases.append(make(.restrict, reached + [needing, .alreadyReduced] + marked, .conjunction([due, needed, .row(reduction.isDone)])))
      cases.append(make(.reduce, reached + [needing], due && needed, doing: .reduce))
    } else if draft.goesWithOthers {
      // A row that lives with others stays in use as long as they do, unless the map says how it is reduced.
      cases.append(make(.keep, reached + [needing], due && needed))
    } else {
      // Once all that is due has gone, what is still due is what others need.
      let named = Condition.disjunction(incoming.map { .referenced($0, by: .constant(true)) })
      cases += restrict(reached + [needing], due && needed, due && named)
    }
    cases.append(make(.erase, reached, due, doing: .erase))
    let held = Condition.conjunction([draft.known, draft.limitReached, .negation(due)])
    for hold in personal { cases += restrict(reached + open + [hold.reason], draft.limitReached && hold.rows, held && hold.rows) }
    cases += restrict(reached + open, draft.limitReached, held)
    let keeping = keepingReasons(kind.rules) + holds.filter { $0.rows == .constant(true) }.map(\.reason)
    for (reasons, rows) in personal.map({ (keeping + [$0.reason], $0.rows) }) + [(keeping, .constant(true))] {
      guard let stopped else {
        cases.append(make(.keep, reasons, rows))
        continue
      }
      cases += restrict(
        [stopped] + reasons, rows, .conjunction([draft.known, .negation(draft.limitReached), .negation(draft.isNeverNamed), rows]))
    }
    return cases.filter { $0.condition != .constant(false) }
  }

  /// That the contract ended under a clause which stops all use, if it did.
  private var stopped: Reason? {
    let policy = application.policy
    guard let ended = policy.tenant.contract.ended, ended < application.today else { return nil }
    return policy.agreement.endOfContract.first { $0.action == .restrict }.map { .processingStopped($0, since: ended) }
  }

  private func keepingReasons(_ rules: [AppliedRule]) -> [Reason] {
    rules.map { rule in
      if case .untilRequest = rule.rule.keeping { return .untilRequest(rule) }
      return rule.rule.force.contains(.limit) ? .limitNotReached(rule) : .dutyOpen(rule)
    }
  }
}

extension Array where Element: Hashable {
  /// The elements without repetitions, in the order of their first appearance.
  package func uniqued() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
