/// What a day's rules say about all of a tenant's data, before anything is counted.
public struct TenantDecision: Hashable, Sendable {
  /// The policy it rests on.
  public let policy: TenantPolicy
  /// The schema it was made for.
  public let schema: Schema
  /// The day it was made for.
  public let today: CivilDate
  /// The holds in force.
  public let holds: [Hold]
  /// The request that it is about; nil when it is about the rules alone.
  public let instruction: Instruction?
  /// The tables, those that refer before those they refer to.
  public let tables: [TableDecision]
  /// The tables from which rows can go, in groups that must be taken together, those that refer first.
  package let groups: [[String]]
  /// What the data map does not cover.
  public let gaps: [Gap]
  /// The references between the tables.
  public let graph: ReferenceGraph

  /// Makes the decision, about all data as the rules say or about what one request asks. Refuses when the policy and the
  /// schema do not fit together.
  public init(
    policy: TenantPolicy, schema: Schema, today: CivilDate, holds: [Hold], instruction: Instruction? = nil
  ) throws(DecisionError) {
    let open = holds.filter { $0.isOpen(on: today) }
    let graph = ReferenceGraph(schema: schema, map: policy.map)
    let check = MapCheck(map: policy.map, schema: schema, tenantColumn: policy.tenant.store.tenantColumn?.column)
    try check.requireExistence()
    // A hold that covers nothing would pass for one that protects.
    for table in open.compactMap(\.table) where schema.table(table) == nil { throw .missingTable(table) }
    let application = RuleApplication(policy: policy, schema: schema, graph: graph, today: today, instruction: instruction)
    var decisions: [String: TableDecision] = [:]
    var falling: [String] = []
    var owners: [String: [String]] = [:]
    for table in schema.tables where table.kind != .view || policy.map.tables[table.name] != nil {
      if table.kind == .unreadable {
        // That nothing in it is about anybody is the map's to say; how many rows it has, nobody can.
        guard policy.map.tables[table.name]?.isImpersonal == true else { throw .notErasable(table: table.name, kind: table.kind) }
        continue
      }
      let draft = try TableDraft(table: table, application: application, holds: open)
      if draft.due == .constant(false) {
        decisions[table.name] = try draft.decision(needed: .constant(false))
      } else {
        falling.append(table.name)
        owners[table.name] = draft.owners
      }
    }
    let groups = graph.childrenFirst(falling, owners: owners)
    for group in groups {
      let drafts = try group.map { name throws(DecisionError) in try Self.draft(name, application, holds: open) }
      for (name, decision) in try Self.decide(drafts, decisions, graph) { decisions[name] = decision }
    }
    self.policy = policy
    self.schema = schema
    self.today = today
    self.holds = open
    self.instruction = instruction
    self.graph = graph
    self.gaps = check.gaps()
    self.groups = groups
    let settled = Set(falling)
    self.tables =
      groups.joined().compactMap { decisions[$0] } + schema.tables.filter { !settled.contains($0.name) }.compactMap { decisions[$0.name] }
  }

  private static func draft(_ name: String, _ application: RuleApplication, holds: [Hold]) throws(DecisionError) -> TableDraft {
    guard let table = application.schema.table(name) else { throw .missingTable(name) }
    return try TableDraft(table: table, application: application, holds: holds)
  }

  /// Decides about tables that refer to each other, after all that refer to them.
  private static func decide(
    _ drafts: [TableDraft], _ decided: [String: TableDecision], _ graph: ReferenceGraph
  ) throws(DecisionError) -> [String: TableDecision] {
    let group = drafts.map(\.table.name)
    let inner = graph.references.filter { group.contains($0.table) && group.contains($0.target) }
    let outside = drafts.map { $0.need(from: decided, outside: group) }
    var held = Condition.constant(false)
    if !inner.isEmpty {
      for draft in drafts where draft.key.isEmpty { throw .noKey(table: draft.table.name) }
      try requireAWayOut(of: inner, in: drafts)
      held = .held(
        Circle(
          members: zip(drafts, outside).map {
            Circle.Member(table: $0.table.name, key: $0.key, due: $0.due, heldFromOutside: $1)
          }, references: inner))
    }
    var decisions: [String: TableDecision] = [:]
    for (draft, outside) in zip(drafts, outside) {
      decisions[draft.table.name] = try draft.decision(needed: .disjunction([outside, held]))
    }
    return decisions
  }

  /// Rows that name each other in a circle go in one transaction, unless every step of the circle is refused at once
  /// (`ON DELETE RESTRICT`) and cannot be emptied before.
  private static func requireAWayOut(of inner: [Reference], in drafts: [TableDraft]) throws(DecisionError) {
    let rigid = inner.filter { reference in
      guard reference.onDelete == .restrict, let draft = drafts.first(where: { $0.table.name == reference.table }) else { return false }
      return draft.table.emptied(reference, besides: draft.key) == nil
    }
    // A table that only refers to itself can still be taken level by level.
    let between = rigid.filter { !$0.isToItself }
    var ahead = Dictionary(grouping: between, by: \.table).mapValues { Set($0.map(\.target)) }
    while let (table, _) = ahead.first(where: { $0.value.isDisjoint(with: ahead.keys) }) { ahead[table] = nil }
    guard ahead.isEmpty else { throw .inseparable(between.filter { ahead[$0.table] != nil && ahead[$0.target] != nil }) }
  }

  /// What is decided about a table.
  public func table(_ name: String) -> TableDecision? {
    tables.first { $0.table.name == name }
  }
}
