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
    for table in schema.tables where table.kind != .view || policy.map.tables[table.name] != nil {
      let draft = try TableDraft(table: table, application: application, holds: open)
      if draft.due == .constant(false) {
        decisions[table.name] = try draft.decision(needed: .constant(false))
      } else {
        falling.append(table.name)
      }
    }
    let order: [String]
    do {
      order = try graph.childrenFirst(falling)
    } catch {
      throw .cycle(error.tables)
    }
    for name in order {
      guard let table = schema.table(name) else { throw .missingTable(name) }
      let draft = try TableDraft(table: table, application: application, holds: open)
      decisions[name] = try draft.decision(needed: draft.need(byDecided: decisions))
    }
    self.policy = policy
    self.schema = schema
    self.today = today
    self.holds = open
    self.instruction = instruction
    self.graph = graph
    self.gaps = check.gaps()
    let settled = Set(order)
    self.tables = order.compactMap { decisions[$0] } + schema.tables.filter { !settled.contains($0.name) }.compactMap { decisions[$0.name] }
  }

  /// What is decided about a table.
  public func table(_ name: String) -> TableDecision? {
    tables.first { $0.table.name == name }
  }
}
