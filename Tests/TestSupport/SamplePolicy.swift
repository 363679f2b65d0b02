package import Retention

/// A policy put together from the few things that a test is about; everything else is as plain as it can be.
package struct SamplePolicy {
  package var tables: [String: MappedTable] = [:]
  package var references: [Reference] = []
  package var rules: [RetentionRule] = []
  package var endOfContract: [EndRule] = []
  package var contractEnd: CivilDate?
  package var tenantColumn: StoreLocation.TenantColumn?
  package var schema: String?
  package var subject: DataMap.Subject?
  package var onRequest: [RequestRule] = []
  package var fiscalYearStart = FiscalYearStart.calendarYear

  package init() {}

  /// One table whose rows are due seven years after the day in their column `d`.
  package init(dated table: String) {
    tables = [table: MappedTable(category: Category("x"), clocks: ["d": Clock(column: "d")])]
    rules = [RetentionRule("r", keep: "P7Y")]
  }

  /// The policy with every name resolved.
  package var policy: TenantPolicy {
    let agreement = Agreement(
      name: "a", title: "A", source: .init(document: "d", version: "1"), timeZone: "Europe/Amsterdam",
      fiscalYearStart: fiscalYearStart, retention: rules, onRequest: onRequest, endOfContract: endOfContract, subProcessors: [],
      obligations: [])
    let tenant = Tenant(
      id: "t", controller: LegalPerson(name: "C", kvk: nil), agreement: "a", map: "m",
      contract: .init(started: day("2010-01-01"), ended: contractEnd), fiscalYearStart: nil,
      store: StoreLocation(database: .sqlite(path: "/"), schema: schema, tenantColumn: tenantColumn), retention: [], fileRoots: [:],
      backups: [], subProcessors: [])
    let map = DataMap(name: "m", subject: subject, tables: tables, references: references)
    return TenantPolicy(tenant: tenant, agreement: agreement, map: map, rules: rules, statutes: [:])
  }

  /// What is decided about a schema on a day.
  package func decision(
    _ schema: Schema, on today: String = "2026-01-01", holds: [Hold] = []
  ) throws(DecisionError) -> TenantDecision {
    try TenantDecision(policy: policy, schema: schema, today: day(today), holds: holds)
  }
}

/// The day written as `YYYY-MM-DD`.
package func day(_ text: String) -> CivilDate {
  guard let day = CivilDate(text) else { preconditionFailure("a test gives days that exist") }
  return day
}

extension RetentionRule {
  /// A rule about some categories, or about all of them.
  package init(
    _ name: String, _ categories: String..., keep period: String? = nil, from: CountedFrom = .clock(nil), _ force: Set<Force> = [.limit]
  ) {
    let keeping = period.flatMap { Period($0) }.map { Keeping.period($0, from: from) } ?? .untilRequest
    self.init(
      name: name, clause: "1", scope: categories.isEmpty ? .all : .only(Set(categories.map { Category($0) })), keeping: keeping,
      force: force, ground: nil, binds: .processor)
  }
}
