/// By what rows went or were marked that a restored backup brought back as they had been.
public struct RestoredOrigin: Hashable, Sendable {
  /// The certificate that says they are gone; nil when they were only marked.
  public let certificate: String?
  /// The request that asked for it; nil when the rules did.
  public let request: String?

  /// The certificate and the request of one run.
  public init(certificate: String?, request: String?) {
    self.certificate = certificate
    self.request = request
  }

  /// Why rows change again; nil for what nobody can tell.
  func reason(for action: Step.Action) -> Reason? {
    action.destroys ? certificate.map { .restored(certificate: $0) } : request.map { .unmarked(request: $0) }
  }
}

/// Rows of one kind in a table that were erased, reduced or marked before and that a restored backup brought back.
public struct RestoredCount: Hashable, Sendable {
  /// The table.
  public let table: String
  /// The kind of data.
  public let category: Category
  /// What was done to them, and is to be done again.
  public let action: Step.Action
  /// How many there are.
  public let rows: Int

  /// A number of rows that came back.
  public init(table: String, category: Category, action: Step.Action, rows: Int) {
    self.table = table
    self.category = category
    self.action = action
    self.rows = rows
  }
}

extension Plan {
  /// The plan that undoes a restore: what one run erased goes again, and what it marked is marked. Which rows these are is told by their
  /// keys when it is carried out; a hold that was placed since keeps those that it covers from going. `isHeld` is false for the record
  /// of what was done.
  public static func restored(
    _ counts: [RestoredCount], from origin: RestoredOrigin, decision: TenantDecision, census: Census, isHeld: Bool = true
  ) throws(DecisionError) -> Plan {
    let held = isHeld ? decision.holds.filter { $0.isOpen(on: decision.today) } : []
    let application = RuleApplication(
      policy: decision.policy, schema: decision.schema, graph: decision.graph, today: decision.today, instruction: nil)
    let order = decision.graph.childrenFirst(decision.tables.map(\.table.name)).flatMap(\.self)
    var steps: [Step] = []
    for action in [Step.Action.erase, .reduce, .restrict] {
      guard let reason = origin.reason(for: action) else { continue }
      for name in order {
        guard let table = decision.table(name) else { continue }
        var covered: [Condition] = []
        for hold in held where action.destroys { covered.append(try application.rows(under: hold, in: name)) }
        let due = table.ownership && .negation(.disjunction(covered))
        if due == .constant(false) { continue }
        for count in counts where count.table == name && count.action == action {
          steps.append(
            Step(
              table: table, category: count.category, action: action, reasons: [reason],
              count: CaseCount(rows: count.rows, clocks: nil), tableRows: census.tables.first { $0.table == name }?.rows ?? 0,
              due: due, incoming: decision.graph.incoming(name)))
        }
      }
    }
    let rows = Dictionary(uniqueKeysWithValues: census.tables.map { ($0.table, $0.rows) })
    return Plan(decision: decision, steps: steps, exclusions: [], totals: [:], tableRows: rows)
  }

  /// The certificate of the erasure that a restored backup had undone; nil for every other plan.
  public var restores: String? {
    for case .restored(let certificate) in steps.flatMap(\.reasons) { return certificate }
    return nil
  }
}
