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
    var reduced: [CivilDate: Int] = [:]
    func look(_ day: CivilDate) throws -> Findings {
      let findings = try Findings(policy: policy, store: store, today: day, holds: holds, instruction: instruction)
      reduced[day] = findings.plan.steps.filter { $0.action == .reduce }.reduce(0) { $0 + $1.rows }
      return findings
    }
    let now = try look(today)
    guard now.progress == 0 else { throw refusal("some of what is left may go today; let wis run take it before the rest is sealed") }
    guard let last = now.possibleFrom else {
      throw refusal("of some of what is left nobody can tell when it may go; see wis offboard status \(policy.tenant.id)")
    }
    guard let ends = try DutyEnds(after: today, through: last, atMost: SealedArchive.limit, { try look($0).progress }) else {
      throw refusal(
        "its duties end on more than \(SealedArchive.limit) different days, each of which would need an archive of its own; "
          + "leave the rows in the database, from which they go day by day")
    }
    // An archive cannot be reduced later, and the whole row may not stay for the sake of others.
    if let day = ends.days.first(where: { reduced[$0, default: 0] > 0 }) {
      throw refusal(
        "\(reduced[day, default: 0]) rows are to be reduced on \(day) while others still need them, which cannot be done in an archive; "
          + "leave the rows in the database")
    }
    let stretches = zip([nil] + ends.days, ends.days).map { EndingRows(after: $0, until: $1, instruction: instruction, holds: holds) }
    let lacking = try going.differences(from: rows(EndingRows(after: nil, until: last, instruction: instruction, holds: holds)))
    guard lacking.isEmpty else {
      throw refusal(
        "of rows in \(lacking.joined(separator: ", ")) nobody can tell when they may go, so no archive can hold them; "
          + "see the undated records in wis plan \(policy.tenant.id)")
    }
    return stretches
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
