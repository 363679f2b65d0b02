/// The rules of one table resolved, before it is known which rows others need.
struct TableDraft {
  let table: Table
  let application: RuleApplication
  let ownership: Condition
  /// The condition that a row's own terms are over.
  let due: Condition
  private let mapped: MappedTable?
  private let holds: [TableHold]
  private let kinds: [DraftKind]

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
      self.due = .constant(false)
      self.ownership = .constant(false)
      return
    }
    guard let mapped, mapped.category != .impersonal || !mapped.variants.isEmpty else {
      self.kinds = []
      self.due = .constant(false)
      self.ownership = .constant(true)
      return
    }
    self.ownership = try subject && application.ownership(of: table)
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

  /// The holds on a table that stand against what is decided: an instruction of the controller ends its own.
  private static func holds(_ holds: [Hold], on table: String, _ application: RuleApplication) throws(DecisionError) -> [TableHold] {
    let isOverruled = application.instruction?.overrulesController ?? false
    var found: [TableHold] = []
    for hold in holds where (hold.table == nil || hold.table == table) && !(isOverruled && hold.binds == .controller) {
      let rows = try hold.subject.map { key throws(DecisionError) in
        try application.rows(of: key, as: "the subject of \(hold.id)", in: table)
      }
      if rows != .constant(false) { found.append(TableHold(hold: hold, rows: rows ?? .constant(true))) }
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
      due: .conjunction([ownership, rows, known, limitReached, dutiesOver]))
  }

  /// The condition that kept rows of tables outside of a group refer to a row of this table.
  func need(from decisions: [String: TableDecision], outside group: [String]) -> Condition {
    .disjunction(
      application.graph.incoming(table.name).filter { !group.contains($0.table) }.map { reference in
        let other = decisions[reference.table]
        let kept = Condition.negation(other?.erasable ?? .constant(false))
        guard application.instruction?.subject != nil, kept != .constant(true) else { return .referenced(reference, by: kept) }
        // Only one person's rows are asked: so rows that stay are looked for among those that name one of them.
        return .referenced(reference, by: .belonging(reference, to: ownership) && kept)
      })
  }

  /// The decision, given which rows others need.
  func decision(needed: Condition) throws(DecisionError) -> TableDecision {
    let reduction = try reducedColumns()
    if due != .constant(false) {
      guard table.kind == .table || table.kind == .partitioned else { throw .notErasable(table: table.name, kind: table.kind) }
      guard !key.isEmpty else { throw .noKey(table: table.name) }
    }
    let all = kinds.isEmpty ? [impersonalOrUnmapped] : kinds.flatMap { cases(of: $0, needed: needed, reduction: reduction) }
    return TableDecision(
      table: table, ownership: ownership, isAboutSubject: application.instruction?.subject != nil, cases: all, kinds: kinds.map(\.kind),
      due: due, needed: needed, reduction: reduction, key: key, keyIsClaimed: keyIsClaimed)
  }

  /// The columns that name a row: the primary key, a unique key, what the data map declares, or the number that the
  /// database gives it.
  var key: [String] {
    table.primaryKey.isEmpty ? table.uniqueKeys.first ?? mapped?.key ?? [table.rowID].compactMap(\.self) : table.primaryKey
  }

  private var keyIsClaimed: Bool { table.primaryKey.isEmpty && table.uniqueKeys.isEmpty && mapped?.key != nil }

  private var impersonalOrUnmapped: TableDecision.Case {
    TableDecision.Case(
      category: mapped?.category, disposition: mapped == nil ? .uncovered : .keep, reasons: [mapped == nil ? .unmapped : .impersonal],
      condition: .constant(true), clock: nil, due: .constant(false))
  }

  private func cases(of draft: DraftKind, needed: Condition, reduction: ReducedColumns?) -> [TableDecision.Case] {
    let kind = draft.kind
    let clock = kind.rules.lazy.compactMap(\.clock).first
    func make(_ disposition: Disposition, _ reasons: [Reason], _ condition: Condition) -> TableDecision.Case {
      TableDecision.Case(
        category: kind.category, disposition: disposition, reasons: reasons, condition: kind.rows && condition, clock: clock,
        due: draft.due)
    }
    if kind.category == .impersonal { return [make(.keep, [.impersonal], .constant(true))] }
    if !draft.isCovered { return [make(.uncovered, [.noRule(kind.category)], .constant(true))] }

    let limits = kind.rules.filter { $0.rule.force.contains(.limit) }
    let duties = kind.rules.filter { $0.rule.force.contains(.duty) }
    let reached =
      (application.instruction.map { [.requested(request: $0.request, $0.rule)] } ?? limits.map(Reason.limitReached))
      + (draft.goesWithOthers ? [.livesWith(mapped?.livesWith ?? [])] : [])
    let open = duties.map(Reason.dutyOpen) + holds.filter { $0.rows == .constant(true) }.map(\.reason)
    let personal = holds.filter { $0.rows != .constant(true) }
    let needing = Reason.neededBy(application.graph.incoming(table.name).map(\.table).uniqued())
    let due = draft.due

    var cases = [
      make(.undated, [.clockMissing(kind.rules.compactMap { $0.clock?.description }.uniqued())], .negation(draft.known)),
      make(.undated, [.neverNamed(mapped?.livesWith ?? [])], draft.isNeverNamed),
    ]
    if let reduction {
      cases.append(make(.restrict, reached + [needing, .alreadyReduced], .conjunction([due, needed, .row(reduction.isDone)])))
      cases.append(make(.reduce, reached + [needing], due && needed))
    } else {
      // A row that lives with others stays in use as long as they do, unless the map says how it is reduced.
      cases.append(make(draft.goesWithOthers ? .keep : .restrict, reached + [needing], due && needed))
    }
    cases.append(make(.erase, reached, due))
    for hold in personal { cases.append(make(.restrict, reached + open + [hold.reason], draft.limitReached && hold.rows)) }
    cases.append(make(.restrict, reached + open, draft.limitReached))
    let keeping = keepingReasons(kind.rules) + holds.filter { $0.rows == .constant(true) }.map(\.reason)
    for hold in personal { cases.append(rest(keeping + [hold.reason], among: hold.rows, make)) }
    cases.append(rest(keeping, among: .constant(true), make))
    return cases.filter { $0.condition != .constant(false) }
  }

  /// What no earlier case took: kept, and no longer used once the contract ended under a clause that says so.
  private func rest(
    _ reasons: [Reason], among rows: Condition, _ make: (Disposition, [Reason], Condition) -> TableDecision.Case
  ) -> TableDecision.Case {
    let policy = application.policy
    if let ended = policy.tenant.contract.ended, ended < application.today,
      let stop = policy.agreement.endOfContract.first(where: { $0.action == .restrict })
    {
      return make(.restrict, [.processingStopped(stop, since: ended)] + reasons, rows)
    }
    return make(.keep, reasons, rows)
  }

  private func keepingReasons(_ rules: [AppliedRule]) -> [Reason] {
    rules.map { rule in
      if case .untilRequest = rule.rule.keeping { return .untilRequest(rule) }
      return rule.rule.force.contains(.limit) ? .limitNotReached(rule) : .dutyOpen(rule)
    }
  }

  /// What goes when a row is reduced: every column but those the map keeps and those that tie the row to others,
  /// to its tenant, to its kind and to its clock.
  private func reducedColumns() throws(DecisionError) -> ReducedColumns? {
    guard let mapped, let reduction = mapped.reduction else { return nil }
    var staying = Set(reduction.kept).union(key).union(mapped.clocks.values.map(\.column))
    staying.formUnion(mapped.variants.flatMap(\.rows.columns))
    if let tenantColumn = application.policy.tenant.store.tenantColumn { staying.insert(tenantColumn.column) }
    for reference in application.graph.references {
      if reference.table == table.name { staying.formUnion(reference.ownColumns) }
      if reference.target == table.name { staying.formUnion(reference.targetColumns) }
    }
    var blanks: [String: PredicateValue] = [:]
    for column in table.columns where !staying.contains(column.name) && !column.isGenerated {
      if let blank = reduction.blanks[column.name] {
        blanks[column.name] = blank
      } else {
        guard column.isNullable else { throw .cannotBlank(table: table.name, column: column.name) }
        blanks[column.name] = .null
      }
    }
    return blanks.isEmpty ? nil : ReducedColumns(blanks: blanks)
  }
}

extension Array where Element: Hashable {
  /// The elements without repetitions, in the order of their first appearance.
  package func uniqued() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
