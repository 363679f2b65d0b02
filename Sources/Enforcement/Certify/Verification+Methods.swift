import Evidence
import Retention

extension Verification {
  /// One row for each place where a copy can exist. What the agent did not do is said to be unknown, never left out.
  func methods(_ outcome: Outcome, _ residue: ResidueReport?, _ files: FileReport?, after day: CivilDate) throws(EvidenceError) -> [Method]
  {
    let policy = outcome.plan.decision.policy
    let actions = Set(outcome.changed.keys.map(\.action))
    let rows: Method.Status = unhandled.isEmpty ? .done : .failed
    var methods: [Method] = []
    if actions.contains(.erase) { methods.append(Method(.rows, .delete, rows)) }
    if actions.contains(.reduce) { methods.append(Method(.rows, .reduce, rows)) }
    if actions.contains(.restrict) { methods.append(Method(.rows, .restrict, rows)) }
    let untreated = [Method.Place.pages, .journal, .statistics].map { Method($0, .none, .unknown) }
    methods += residue?.methods ?? untreated
    methods += files?.methods ?? [Method(.files, .none, .notApplicable)]
    methods += try residue?.outside ?? []
    methods.append(Method(.replicas, .none, .unknown))
    for backup in policy.tenant.backups {
      // A term that leaves the calendar never ends, so nobody can say when.
      let last = try backup.lastDay(ofCopyFrom: day).map { day throws(EvidenceError) in try Day(day.description) }
      methods.append(Method(.backups, .expire, last.map { .pending(until: $0) } ?? .unknown, location: try Label(backup.name)))
    }
    if policy.tenant.backups.isEmpty { methods.append(Method(.backups, .none, .notApplicable)) }
    methods.append(Method(.logs, .none, .unknown))
    for processor in policy.agreement.subProcessors + policy.tenant.subProcessors {
      methods.append(Method(.subprocessor, .none, .unknown, location: try Label(processor.name)))
    }
    return methods
  }
}
