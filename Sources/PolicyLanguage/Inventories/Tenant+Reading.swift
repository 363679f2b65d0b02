import Retention

/// A tenant with the places that later checks point at.
struct ReadTenant {
  let tenant: Tenant
  let id: Value
  let block: Block
  let rules: [ReadRule]
}

extension Value {
  static let tenantKeys = [
    "id", "controller", "agreement", "map", "contract", "fiscal-year-starts", "store", "schema", "tenant-column", "retention",
    "file-roots", "backups", "sub-processors", "may-instruct", "level", "scrub", "pattern", "query",
  ]

  /// One customer's entry in the inventory.
  func tenant(statutes: @escaping StatuteLibraries, resolve: (String) -> String) -> ReadTenant? {
    guard let block = Block(self, "a tenant", keys: Self.tenantKeys) else { return nil }
    let idValue = block.required("id", "give the tenant a name, by which commands refer to it")
    let id = idValue?.converted("a tenant's name: letters, digits, '.', '_' and '-', beginning with a letter or digit", Self.tenantID)
    let controller = block.required("controller", "say whose data it is, as {name: …, kvk: …}")?.legalPerson("the controller")
    let agreement = block.required("agreement", "name a file in the agreements folder")?.name("the name of an agreement")
    let map = block.required("map", "name a file in the maps folder")?.name("the name of a data map")
    let contract = block.required("contract", "write {started: DATE}, and 'ended' when it has ended")?.contract()
    let start = block.optional("fiscal-year-starts")?.fiscalYearStart()
    let store = block.storeLocation(resolve: resolve)
    let rules = block.optional("retention").map { RetentionRules(statutes: statutes).read($0, categories: [], allowEmpty: true) } ?? []
    RuleNames.refuseRepeated(rules.map(\.name))
    Contradictions.refuse(among: rules)
    let roots = block.optional("file-roots")?.fileRoots(resolve: resolve) ?? [:]
    let backups = block.optional("backups")?.backups(resolve: resolve) ?? []
    let parties = block.optional("sub-processors")?.subProcessors() ?? []
    let instructors =
      block.optional("may-instruct")?.names("the roles at the controller that may instruct") { $0.text("a role, as \"head of HR\"") } ?? []
    let level = block.optional("level")?.choice("how far an erasure goes", ErasureLevel.self)
    let scrub = block.optional("scrub")?.scrubBudget()
    guard let idValue, let id, let controller, let agreement, let map, let contract, let store else { return nil }
    let tenant = Tenant(
      id: id, controller: controller, agreement: agreement, map: map, contract: contract, fiscalYearStart: start, store: store,
      retention: rules.map(\.rule), fileRoots: roots, backups: backups, subProcessors: parties,
      instructors: instructors, level: level, scrub: scrub ?? .unlimited)
    return ReadTenant(tenant: tenant, id: idValue, block: block, rules: rules)
  }

  private static func tenantID(_ text: String) -> String? {
    let fits = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
    return fits && text.count <= 64 && (text.first.map { $0.isLetter || $0.isNumber } ?? false) ? text : nil
  }

  private func contract() -> Tenant.Contract? {
    guard let block = Block(self, "a contract", keys: ["started", "ended"]) else { return nil }
    let started = block.required("started", "write the contract's first day")?.date()
    let ended = block.optional("ended")?.date()
    guard let started else { return nil }
    if let ended, ended < started {
      return block.optional("ended")?.refused("lies before the contract started (\(started)); correct one of the two")
    }
    return Tenant.Contract(started: started, ended: ended)
  }

  private func fileRoots(resolve: (String) -> String) -> [String: String] {
    let entries = Block(self, "file roots, as {attachments: /srv/files}")?.entries ?? []
    return entries.reduce(into: [:]) { roots, entry in
      guard let name = entry.key.name("the name of a file root"), let path = entry.value.text("a folder") else { return }
      roots[name] = resolve(path)
    }
  }
}

extension Block {
  fileprivate func storeLocation(resolve: (String) -> String) -> StoreLocation? {
    let database = required("store", "write sqlite:PATH or postgres:URL")?.database(resolve: resolve)
    let schema = optional("schema")?.text("the name of a schema")
    let marks = optional("tenant-column")?.tenantColumn()
    if case .sqlite? = database { key("schema")?.refuse("SQLite has no schemas; leave it out") }
    return database.map { StoreLocation(database: $0, schema: schema, tenantColumn: marks) }
  }
}
