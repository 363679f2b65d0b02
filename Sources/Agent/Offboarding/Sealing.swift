import Enforcement
import Portability
import Retention
import Stores

/// What is to be sealed of a tenant, cut by the days on which duties end: no row stays in an archive beyond its own end, and none that
/// others need goes before them.
struct Sealing {
  let policy: TenantPolicy
  let store: any TenantStore
  /// What asks for all of it to go, with the duties that stand against it.
  let instruction: Instruction
  let holds: [Hold]
  let today: CivilDate

  private func refusal(_ problem: String) -> AgentError { .offboarding(tenant: policy.tenant.id, problem: problem) }

  /// The rows of each archive, those that end first first.
  func stretches() throws -> [EndingRows] {
    let now = try Findings(policy: policy, store: store, today: today, holds: holds, instruction: instruction)
    guard now.progress == 0 else { throw refusal("some of what is left may go today; let wis run take it before the rest is sealed") }
    guard let last = now.possibleFrom else {
      throw refusal("of some of what is left nobody can tell when it may go; see wis offboard status \(policy.tenant.id)")
    }
    let schema = try store.schema()
    let ends = try DutyEnds(after: today, through: last, atMost: SealedArchive.limit) { day, later in
      try stretch(day, later).changes(under: policy, in: schema).contains {
        try count($0.going, in: $0.table) > 0 || count($0.reduced, in: $0.table) > 0
      }
    }
    guard let ends else {
      throw refusal(
        "its duties end on more than \(SealedArchive.limit) different days, each of which would need an archive of its own; "
          + "leave the rows in the database, from which they go day by day")
    }
    let stretches = zip([nil] + ends.days, ends.days).map(stretch)
    // An archive cannot be reduced later, and the whole row may not stay for the sake of others.
    for stretch in stretches {
      let reduced = try stretch.changes(under: policy, in: schema).reduce(0) { $0 + (try count($1.reduced, in: $1.table)) }
      guard reduced == 0 else {
        throw refusal(
          "\(reduced) rows are to be reduced on \(stretch.until) while others still need them, which cannot be done in an archive; "
            + "leave the rows in the database")
      }
    }
    let lacking = try going.differences(from: rows(stretch(nil, last)))
    guard lacking.isEmpty else {
      throw refusal(
        "of rows in \(lacking.joined(separator: ", ")) nobody can tell when they may go, so no archive can hold them; "
          + "see the undated records in wis plan \(policy.tenant.id)")
    }
    return stretches
  }

  private func stretch(_ after: CivilDate?, _ until: CivilDate) -> EndingRows {
    EndingRows(after: after, until: until, instruction: instruction, holds: holds)
  }

  private func count(_ rows: Condition, in table: Table) throws -> Int {
    guard rows != .constant(false), let layout = try store.layout(of: table) else { return 0 }
    return try store.rowCount(of: CopySelection(layout, where: rows))
  }

  /// Refuses when something would go because of the archives that is not in exactly one of them.
  func requireAll(_ archives: [SourceRows]) throws {
    let differing = try going.differences(from: SourceRows(sumOf: archives, about: isAboutSomebody))
    guard differing.isEmpty else {
      throw AgentError.unverifiedReturn(
        tenant: policy.tenant.id, differing.map { "the archives together do not hold what is in table \($0)" })
    }
  }

  /// What goes once it is sealed.
  private var going: SourceRows {
    get throws { try rows(EndingRows(after: nil, until: today, instruction: instruction.lifting(policy.rules), holds: [])) }
  }

  private func rows(_ rows: EndingRows) throws -> SourceRows {
    SourceRows(sumOf: [try SourceRows(of: policy, .ending(rows), nature: nil, in: store)], about: isAboutSomebody)
  }

  private func isAboutSomebody(_ table: String) -> Bool { policy.map.tables[table].map { !$0.isImpersonal } ?? false }
}
