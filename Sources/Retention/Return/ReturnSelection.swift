/// The rows of each table that belong to what is asked for.
struct ReturnSelection {
  let graph: ReferenceGraph
  /// By table; a table that is missing has no rows to return.
  private(set) var conditions: [String: Condition] = [:]
  /// Tables whose rows are there because others refer to them, or that are about nobody.
  private(set) var shared: Set<String> = []
  /// Tables of which it cannot be told whose rows they hold.
  private(set) var ownerUnknown: Set<String> = []

  private let policy: TenantPolicy
  private let schema: Schema
  private var owned: [String: Condition] = [:]

  init(policy: TenantPolicy, schema: Schema, extent: ReturnScope.Extent) throws(ReturnError) {
    self.policy = policy
    self.schema = schema
    graph = ReferenceGraph(schema: schema, map: policy.map)
    try findOwned()
    switch extent {
    case .tenant:
      conditions = owned
    case .tables(let names):
      for name in names {
        guard schema.table(name) != nil else { throw .noTable(name, known: schema.tables.map(\.name)) }
        conditions[name] = owned[name]
      }
      ownerUnknown.formIntersection(names)
      addReferred()
    case .subject(_, _, let key):
      try addSubject(key)
      addReferred()
    case .ending(let rows):
      do {
        for change in try rows.changes(under: policy, in: schema) where change.going != .constant(false) {
          if let own = owned[change.table.name] { conditions[change.table.name] = .conjunction([own, change.going]) }
        }
      } catch {
        throw .decision(error)
      }
      ownerUnknown.formIntersection(conditions.keys)
      let ending = Set(conditions.keys)
      addReferred()
      // Rows about somebody are in the package of their own end alone.
      for name in conditions.keys where !ending.contains(name) && policy.map.tables[name].map({ !$0.isImpersonal }) ?? false {
        conditions[name] = nil
        shared.remove(name)
      }
    }
  }

  private mutating func findOwned() throws(ReturnError) {
    let application = RuleApplication(policy: policy, schema: schema, graph: graph, today: policy.tenant.contract.started, instruction: nil)
    let tenantColumn = policy.tenant.store.tenantColumn
    for table in schema.tables {
      let mapped = policy.map.tables[table.name]
      let marksRows = tenantColumn.map { table.column($0.column) != nil } ?? true
      if mapped?.category == .impersonal { shared.insert(table.name) }
      if !marksRows && (mapped == nil || (mapped?.belongsTo == nil && mapped?.category != .impersonal)) {
        // Nobody's word for it: a table of another tenant's data must not go out.
        ownerUnknown.insert(table.name)
      } else if !marksRows && mapped?.belongsTo == nil {
        owned[table.name] = .constant(true)
      } else {
        do { owned[table.name] = try application.ownership(of: table) } catch { throw .decision(error) }
      }
      if let elsewhere = Self.elsewhere(table, policy.tenant.store) { owned[table.name] = elsewhere }
    }
  }

  /// A table beside the tenant's schema holds others' rows too; the tenant's are those that refer to his.
  private static func elsewhere(_ table: Table, _ store: StoreLocation) -> Condition? {
    guard store.schema != nil, table.name.contains(".") else { return nil }
    let home = table.references.filter { !$0.target.contains(".") }
    return home.isEmpty ? nil : .any(home.map { .parent($0, .constant(true)) })
  }

  /// The person's own row, and the rows that name it: by any reference to it, and from there down by what belongs to what.
  private mutating func addSubject(_ key: PredicateValue) throws(ReturnError) {
    guard let subject = policy.map.subject, let own = owned[subject.table] else { throw .noSubject(map: policy.map.name) }
    var found: [String: Condition] = [subject.table: .all([own, .row(.equals(column: subject.key, key))])]
    var visited: Set<String> = [subject.table]
    func below(_ table: String) -> Condition? {
      if let known = found[table] { return known }
      guard visited.insert(table).inserted, let own = owned[table] else { return nil }
      let owner = policy.map.tables[table]?.belongsTo
      var ways: [Condition] = []
      for reference in graph.references where reference.table == table && !reference.isToItself {
        let isFollowed = reference.target == subject.table || owner == nil || owner == reference.target
        if isFollowed, let above = below(reference.target) { ways.append(.parent(reference, above)) }
      }
      guard !ways.isEmpty else { return nil }
      found[table] = .all([own, .any(ways)])
      return found[table]
    }
    for table in schema.tables { _ = below(table.name) }
    conditions = found
  }

  /// Rows of other tables that the rows found so far refer to, and those that these refer to in turn.
  private mutating func addReferred() {
    let wanted = conditions
    var referred: [String: Condition] = [:]
    var visited: Set<String> = []
    func above(_ table: String) -> Condition? {
      if let known = wanted[table] ?? referred[table] { return known }
      guard visited.insert(table).inserted, let own = owned[table] else { return nil }
      let ways = graph.incoming(table).filter { !$0.isToItself }.compactMap { reference in
        above(reference.table).map { Condition.referenced(reference, by: $0) }
      }
      guard !ways.isEmpty else { return nil }
      referred[table] = .all([own, .any(ways)])
      return referred[table]
    }
    for table in schema.tables where above(table.name) != nil && wanted[table.name] == nil { shared.insert(table.name) }
    conditions.merge(referred) { first, _ in first }
  }
}
