/// Everything that is agreed for one tenant, with every name resolved.
public struct TenantPolicy: Hashable, Sendable {
  /// The tenant.
  public let tenant: Tenant
  /// Its agreement.
  public let agreement: Agreement
  /// The data map of its application.
  public let map: DataMap
  /// The rules of the agreement, then those that the controller added.
  public let rules: [RetentionRule]
  /// The statutes that rules rest on, by reference (`nl/awr-52`).
  public let statutes: [String: Statute]

  /// The policy of a tenant.
  public init(tenant: Tenant, agreement: Agreement, map: DataMap, rules: [RetentionRule], statutes: [String: Statute]) {
    self.tenant = tenant
    self.agreement = agreement
    self.map = map
    self.rules = rules
    self.statutes = statutes
  }

  /// When the tenant's fiscal year starts.
  public var fiscalYearStart: FiscalYearStart { tenant.fiscalYearStart ?? agreement.fiscalYearStart }

  /// The same policy under a contract whose last day is known.
  public func ending(on day: CivilDate) -> TenantPolicy {
    TenantPolicy(tenant: tenant.ending(on: day), agreement: agreement, map: map, rules: rules, statutes: statutes)
  }

  /// The same policy with other places where copies are kept.
  public func keeping(_ places: [Tenant.Backup]) -> TenantPolicy {
    TenantPolicy(tenant: tenant.keeping(places), agreement: agreement, map: map, rules: rules, statutes: statutes)
  }

  /// How far an erasure goes.
  public var level: ErasureLevel { tenant.level ?? agreement.level ?? .logical }
}

/// A duty that a person placed: what it covers is not erased while it lasts.
public struct Hold: Hashable, Sendable {
  /// The name by which plans and certificates refer to it.
  public let id: String
  /// The table it covers; nil is all of the tenant's data.
  public let table: String?
  /// The key of the one person whose rows it covers; nil is everyone's.
  public let subject: PredicateValue?
  /// Its last day; nil until it is released.
  public let until: CivilDate?
  /// Whom the duty behind it binds. The controller can give up its own; one of the processor stands against any instruction.
  public let binds: BoundParty
  /// Whether rows must stay as they are, not only stay: then none is marked as restricted either.
  public let keepsUnchanged: Bool

  /// A hold on a tenant's data, one of its tables, or one person's rows.
  public init(
    id: String, table: String?, subject: PredicateValue? = nil, until: CivilDate?, binds: BoundParty = .processor,
    keepsUnchanged: Bool = false
  ) {
    self.id = id
    self.table = table
    self.subject = subject
    self.until = until
    self.binds = binds
    self.keepsUnchanged = keepsUnchanged
  }

  /// Whether it forbids erasing on a day; its last day included.
  public func isOpen(on today: CivilDate) -> Bool {
    until.map { today <= $0 } ?? true
  }
}
