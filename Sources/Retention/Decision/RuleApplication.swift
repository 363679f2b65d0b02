/// Resolves the rules of a tenant for the tables of its database: which clock each counts from, and its cut-off on a day.
struct RuleApplication {
  let policy: TenantPolicy
  let schema: Schema
  let graph: ReferenceGraph
  let today: CivilDate
  let instruction: Instruction?

  /// The rules that speak about a category: those that apply to the records of a table themselves, and those whose clock
  /// is with the records they live with.
  func rules(for category: Category, in table: String) throws(DecisionError) -> (own: [AppliedRule], elsewhere: [RetentionRule]) {
    var own: [AppliedRule] = []
    var elsewhere: [RetentionRule] = []
    for rule in policy.rules where rule.scope.contains(category) && decides(rule) {
      if let one = try apply(rule, in: table) { own.append(one) } else { elsewhere.append(rule) }
    }
    return (own, elsewhere)
  }

  /// Once somebody may ask for it, data goes unless a duty that the request does not lift forbids it.
  private func decides(_ rule: RetentionRule) -> Bool {
    instruction.map { rule.force.contains(.duty) && !$0.lifts.contains(rule.name) } ?? true
  }

  /// Nil when the rule counts from a clock and the table's rows live with others, whose clocks decide.
  private func apply(_ rule: RetentionRule, in table: String) throws(DecisionError) -> AppliedRule? {
    guard case .period(let period, let countedFrom) = rule.keeping else {
      return AppliedRule(rule: rule, clock: nil, term: nil, reach: .none(until: nil))
    }
    let name: String?
    let boundary: Boundary
    switch countedFrom {
    case .endOfContract:
      return AppliedRule(rule: rule, clock: nil, term: nil, reach: reachFromContract(period))
    case .clock(let clock): (name, boundary) = (clock, .clock)
    case .endOfCalendarYear(let clock): (name, boundary) = (clock, .endOfYear(.calendarYear))
    case .endOfFiscalYear(let clock): (name, boundary) = (clock, .endOfYear(policy.fiscalYearStart))
    }
    guard let path = try clock(named: name, for: rule.name, in: table) else {
      if livesWithOthers(table) { return nil }
      throw .noClock(rule: rule.name, table: table, clock: name)
    }
    let term = RetentionTerm(period: period, boundary: boundary)
    return AppliedRule(rule: rule, clock: path, term: term, reach: .clocksBefore(term.cutoff(on: today)))
  }

  /// A contract that ends on a day is under the rule up to and including the day on which the period ends.
  private func reachFromContract(_ period: Period) -> AppliedRule.Reach {
    guard let end = policy.tenant.contract.ended.flatMap({ RetentionTerm(period: period, boundary: .clock).end(forClock: $0) })
    else { return .none(until: nil) }
    return end <= today ? .allSince(end) : .none(until: end)
  }

  private func livesWithOthers(_ table: String) -> Bool {
    !(policy.map.tables[table]?.livesWith.isEmpty ?? true)
  }

  /// The clock of that name on the table or, going up, on the tables it belongs to; without a name, the only clock
  /// of the nearest table that has any.
  private func clock(named name: String?, for rule: String, in table: String) throws(DecisionError) -> ClockPath? {
    var references: [Reference] = []
    var current = table
    var passed: [String] = []
    while let mapped = policy.map.tables[current] {
      guard !passed.contains(current) else { throw .cycle(passed) }
      passed.append(current)
      let fitting = mapped.clocks.filter { name == nil || $0.key == name }
      if fitting.count > 1 {
        throw .ambiguousClock(rule: rule, table: current, clocks: fitting.keys.sorted())
      }
      if let (found, clock) = fitting.first {
        return ClockPath(name: found, references: references, table: current, clock: clock)
      }
      guard let owner = mapped.belongsTo else { return nil }
      references.append(try reference(from: current, to: owner))
      current = owner
    }
    return nil
  }

  /// The one reference by which a table belongs to another.
  func reference(from table: String, to owner: String) throws(DecisionError) -> Reference {
    let found = graph.references(from: table, to: owner)
    guard let reference = found.first else { throw .noReference(from: table, to: owner) }
    guard found.count == 1 else { throw .ambiguousReference(from: table, to: owner) }
    return reference
  }

  /// The rows of one person: that of the map's table of people, those that belong to it, directly or through others, and those
  /// that exist for the sake of any of these.
  func rows(of subject: PredicateValue, as name: String, in table: String) throws(DecisionError) -> Condition {
    try rows(of: subject, as: name, in: table, below: [])
  }

  /// The rows of a table that a hold covers.
  func rows(under hold: Hold, in table: String) throws(DecisionError) -> Condition {
    guard hold.table == nil || hold.table == table else { return .constant(false) }
    guard let subject = hold.subject else { return .constant(true) }
    return try rows(of: subject, as: "the subject of \(hold.id)", in: table)
  }

  private func rows(
    of subject: PredicateValue, as name: String, in table: String, below: [String]
  ) throws(DecisionError) -> Condition {
    guard let people = policy.map.subject, let mapped = policy.map.tables[table], !below.contains(table) else { return .constant(false) }
    if table == people.table { return .sealed(.equals(column: people.key, subject), as: name) }
    if let owner = mapped.belongsTo {
      let owned = try rows(of: subject, as: name, in: owner, below: below + [table])
      return owned == .constant(false) ? owned : .belonging(try reference(from: table, to: owner), to: owned)
    }
    var owners: [Condition.Few] = []
    for owner in mapped.livesWith {
      let own = try rows(of: subject, as: name, in: owner, below: below + [table])
      if own != .constant(false) { owners.append(Condition.Few(reference: try reference(from: owner, to: table), rows: own)) }
    }
    return owners.isEmpty ? .constant(false) : .namedByFew(owners)
  }

  /// Whether rows of a table are one person's only because rows of others that name them are.
  func livesWithPerson(_ table: String) -> Bool {
    guard instruction?.subject != nil, let mapped = policy.map.tables[table] else { return false }
    return table != policy.map.subject?.table && mapped.belongsTo == nil && !mapped.livesWith.isEmpty
  }

  /// The condition that a row is the tenant's own; in a shared database it says so itself or belongs to a row that does.
  func ownership(of table: Table) throws(DecisionError) -> Condition { try ownership(of: table, above: []) }

  private func ownership(of table: Table, above: [String]) throws(DecisionError) -> Condition {
    guard let tenantColumn = policy.tenant.store.tenantColumn else { return .constant(true) }
    if table.column(tenantColumn.column) != nil {
      return .row(.equals(column: tenantColumn.column, tenantColumn.value))
    }
    guard let owner = policy.map.tables[table.name]?.belongsTo else {
      throw .noTenantColumn(table: table.name, column: tenantColumn.column)
    }
    guard !above.contains(table.name) else { throw .cycle(above) }
    guard let found = schema.table(owner) else { throw .missingTable(owner) }
    return .parent(try reference(from: table.name, to: owner), try ownership(of: found, above: above + [table.name]))
  }
}
