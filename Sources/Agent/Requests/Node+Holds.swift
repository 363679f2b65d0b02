import Evidence
public import Retention

/// What a person says when placing a hold.
public struct NewHold {
  /// The table it covers; nil is all of the data.
  public var table: String?
  /// The person whose rows it covers; nil is everyone.
  public var subject: SubjectReference?
  /// Its last day; nil until it is released.
  public var until: CivilDate?
  /// Why.
  public var reason: String
  /// The law that asks for it: a statute of the policies, as `nl/awr-52`, or an article.
  public var law: String?
  /// The clause that asks for it.
  public var clause: String?

  /// A hold for a reason.
  public init(reason: String) { self.reason = reason }
}

extension Node {
  /// Places a hold and gives it a name.
  public func place(_ hold: NewHold, on tenant: TenantPolicy) throws -> StoredHold {
    if let table = hold.table, tenant.map.tables[table] == nil { throw AgentError.unknownTable(tenant: tenant.tenant.id, table: table) }
    let today = try today(of: tenant)
    if let until = hold.until, until < today { throw AgentError.pastHold(until: until, today: today) }
    // The same gate that keeps personal data out of certificates.
    for text in [hold.reason, hold.law, hold.clause].compactMap(\.self) { _ = try Label(text) }
    let subject = try hold.subject.map { try key(of: $0, in: tenant) }
    return try state.atomically {
      let id = "H-\(try state.holds(on: nil).count + 1)"
      let stored = StoredHold(
        id: id, tenant: tenant.tenant.id, table: hold.table, identifier: hold.subject?.kind,
        seal: try subject.map { try SubjectSeals(of: self).seal($0, for: id) }, until: hold.until, reason: hold.reason, law: hold.law,
        clause: hold.clause, binds: hold.law.flatMap { tenant.statutes[$0]?.binds } ?? .processor, placedAt: now().description, release: nil
      )
      try state.place(stored)
      return stored
    }
  }

  /// Releases a hold. Whom it was about can no longer be told.
  public func release(hold id: String, by role: String?, reason: String?) throws {
    for text in [role, reason].compactMap(\.self) { _ = try Label(text) }
    let seal = try state.holds(on: nil).first { $0.id == id }?.seal
    try state.release(hold: id, StoredHold.Release(at: now().description, by: role, reason: reason))
    if let seal { try SubjectSeals(of: self).destroy(seal) }
  }

  /// The holds on a tenant's data that nobody has released, with the person that each is about; and while all of it waits to be
  /// destroyed after the contract, one on everything.
  public func openHolds(on tenant: String, against instruction: Instruction? = nil) throws -> [Hold] {
    let seals = SubjectSeals(of: self)
    let placed = try state.holds(on: tenant).filter { $0.release == nil }.map { hold in
      Hold(
        id: hold.id, table: hold.table, subject: try hold.seal.map { try seals.open($0, for: hold.id) }, until: hold.until,
        binds: hold.binds)
    }
    return try placed + [offboardingHold(on: tenant, against: instruction), coolingOff(instruction)].compactMap(\.self)
  }

  /// What keeps all data for some days when its destruction was asked for while the contract runs, so that the controller can
  /// come back on it, as far as the term of the clause permits. After the contract the offboarding waits as long.
  private func coolingOff(_ instruction: Instruction?) throws -> Hold? {
    guard let instruction, instruction.subject == nil, inventory.brakes.coolingOffDays > 0 else { return nil }
    let stored = try state.request(instruction.request)
    guard let written = stored.request.written else { return nil }
    // Asked before every batch, so not from all that is known about the tenant.
    guard let tenant = listed[stored.tenant] else { throw AgentError.unknownTenant(stored.tenant, known: listed.keys.sorted()) }
    if let ended = try contractEnd(of: tenant), try ended < today(of: tenant) { return nil }
    var first = written.day.adding(days: inventory.brakes.coolingOffDays)
    if case .endOf(let last)? = instruction.rule.deadline(after: written) { first = first.map { min($0, last) } }
    return Hold(id: "cooling-off", table: nil, until: first?.adding(days: -1))
  }
}
