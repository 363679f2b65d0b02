public import Evidence
public import Retention

/// What a certificate says beside the outcome: who, where, when, and on whose authority.
public struct CertificateFacts {
  /// The certificate's name.
  public let id: CertificateID
  /// The last published checkpoint.
  public let anchor: Checkpoint
  /// The digest of the plan that was approved and applied.
  public let planDigest: String
  /// The digests of the policies.
  public let sources: PlanDocument.Sources
  /// The consents to the plan.
  public let approvals: [Approval]
  /// When the run began and ended, on which node and by which program.
  public let execution: Execution
  /// The day on which it ended, by the clocks of the agreement: the terms of copies count from it.
  public let endedOn: CivilDate
  /// The legal person that issues.
  public let issuer: Evidence.LegalPerson
  /// The engine and its version.
  public let engine: String
  /// The SHA-256 of the written instruction; nil when the data went under the rules alone.
  public let instruction: Hash?
  /// The certificate of the erasure that a restored backup had undone; nil for every other run.
  public let restoring: Certificate?
  /// The people whose own rows were erased; nil when there were none.
  public let subjects: SubjectCommitments?
  /// Random bits that keep the certificate's hash from being guessed.
  public let salt: Hash
  /// What was done against residue; nil when the level asks for nothing.
  public let residue: ResidueReport?
  /// What became of the files that the rows named; nil when they named none.
  public let files: FileReport?

  /// Everything beside the outcome.
  public init(
    id: CertificateID, anchor: Checkpoint, planDigest: String, sources: PlanDocument.Sources, approvals: [Approval], execution: Execution,
    endedOn: CivilDate, issuer: Evidence.LegalPerson, engine: String, instruction: Hash? = nil, subjects: SubjectCommitments?,
    restoring: Certificate? = nil, salt: Hash, residue: ResidueReport? = nil, files: FileReport? = nil
  ) {
    self.id = id
    self.anchor = anchor
    self.planDigest = planDigest
    self.sources = sources
    self.approvals = approvals
    self.execution = execution
    self.endedOn = endedOn
    self.issuer = issuer
    self.engine = engine
    self.instruction = instruction
    self.restoring = restoring
    self.subjects = subjects
    self.salt = salt
    self.residue = residue
    self.files = files
  }
}

extension Plan {
  /// Makes the certificate as it would be if everything went well, and throws it away: what cannot stand in a
  /// certificate must be known before anything is erased.
  public func rehearseCertificate(_ facts: CertificateFacts) throws(EnforcementError) {
    let changed = Dictionary(uniqueKeysWithValues: steps.map { ($0.name, $0.rows) })
    let outcome = Outcome(plan: self, changed: changed, changedNow: changed, locks: LockTimes())
    _ = try Verification(checks: [], unhandled: [:], left: [:]).certificate(of: outcome, facts)
  }
}

extension Verification {
  /// The certificate of an outcome. Only a passed verification has one.
  public func certificate(of outcome: Outcome, _ facts: CertificateFacts) throws(EnforcementError) -> Certificate {
    guard hasPassed else { throw .unverified(checks.filter { $0.failed > 0 }) }
    do {
      return try make(outcome, facts)
    } catch {
      throw .evidence(error)
    }
  }

  private func make(_ outcome: Outcome, _ facts: CertificateFacts) throws(EvidenceError) -> Certificate {
    let policy = outcome.plan.decision.policy
    let reasons = outcome.plan.steps.flatMap(\.reasons)
    let rules = reasons.compactMap(\.rule).uniqued()
    let request = outcome.plan.decision.instruction
    let cited = (request.map { [$0.rule.clause] } ?? []) + rules.map(\.clause)
    var clauses: [Label] = []
    for clause in cited.uniqued() { clauses.append(try Label(clause)) }
    clauses += facts.restoring?.agreement.clauses ?? []
    return try Certificate(
      id: facts.id, log: try Label(facts.anchor.origin), anchor: Anchor(facts.anchor), issuer: facts.issuer,
      controller: try Evidence.LegalPerson(policy.tenant.controller),
      agreement: AgreementReference(
        name: try Label(policy.agreement.title), version: try Label(policy.agreement.source.version), clauses: clauses),
      basis: try basis(rules, request, policy, facts), plan: try Hash(hex: facts.planDigest), approval: facts.approvals,
      scope: try scope(outcome, facts), execution: facts.execution,
      methods: try methods(outcome, facts.residue, facts.files, after: facts.endedOn),
      verification: try evidence + (facts.residue?.checks(rowsErased: outcome.destroyed) ?? [])
        + (facts.files?.checks() ?? []), salt: facts.salt,
      follows: facts.restoring?.id)
  }

  private func basis(
    _ rules: [RetentionRule], _ request: Instruction?, _ policy: TenantPolicy, _ facts: CertificateFacts
  ) throws(EvidenceError) -> Basis {
    if let earlier = facts.restoring { return try earlier.basisOfRestore }
    var named: [Basis.Rule] = []
    if let request { named.append(Basis.Rule(rule: try Label(request.rule.name), clause: try Label(request.rule.clause))) }
    for rule in rules { named.append(Basis.Rule(rule: try Label(rule.name), clause: try Label(rule.clause))) }
    let grounds = rules.compactMap { $0.ground.flatMap { policy.statutes[$0]?.article } }.uniqued()
    // What a data subject asks is carried out only where a clause says so; all else is the controller's instruction.
    let kind: Basis.Kind = request.map { $0.rule.from == .dataSubject ? .request : .instruction } ?? .rule
    let ground = request == nil ? "GDPR art. 5(1)(e)" : "GDPR art. 28(3)(a)"
    return try Basis(
      kind: kind, rules: named, policyVersion: try Label(policy.agreement.source.version),
      policyDigest: try Hash(hex: facts.sources.agreement),
      ground: try Label(grounds.isEmpty ? ground : grounds.joined(separator: "; ")), instruction: facts.instruction)
  }
}

extension Certificate {
  /// The basis on which what was erased goes again: the one it went by the first time.
  fileprivate var basisOfRestore: Basis {
    get throws(EvidenceError) {
      try Basis(
        kind: .restore, rules: basis.rules, policyVersion: basis.policyVersion, policyDigest: basis.policyDigest, ground: basis.ground,
        instruction: basis.instruction)
    }
  }
}

extension Reason {
  /// The rule that made a record due.
  fileprivate var rule: RetentionRule? {
    if case .limitReached(let applied) = self { applied.rule } else { nil }
  }
}

extension Evidence.LegalPerson {
  /// A legal person of the inventory; its trade-register number is needed.
  public init(_ person: Retention.LegalPerson) throws(EvidenceError) {
    guard let kvk = person.kvk else { throw .malformed(what: "KvK number of \(person.name)", problem: "expected eight digits in wis.yaml") }
    try self.init(name: try Label(person.name), kvk: kvk)
  }
}

extension Verification {
  /// What was found, one entry for each route. The evidence is the hash over what each table and reference gave.
  fileprivate var evidence: [Evidence.Check] {
    get throws(EvidenceError) {
      var entries: [Evidence.Check] = []
      for kind in Kind.allCases {
        let group = checks.filter { $0.kind == kind }
        guard !group.isEmpty else { continue }
        let (name, unit): (Evidence.Check.Kind, Evidence.Check.Coverage.Unit) =
          switch kind {
          case .keys: (.requery, .records)
          case .orphans: (.orphans, .references)
          case .remaining: (.remaining, .records)
          }
        let records: JSONValue = .array(
          group.map {
            ["subject": .string($0.subject), "covered": .integer(Int64($0.covered)), "failed": .integer(Int64($0.failed))]
          })
        let covered = Int64(group.reduce(0) { $0 + $1.covered })
        // A table of which nothing was to remain was looked at all the same.
        let probes = max(covered, Int64(group.count))
        entries.append(
          Evidence.Check(
            name, covered: .init(seen: probes, of: probes, unit: unit), probes: probes, hits: Int64(group.reduce(0) { $0 + $1.failed }),
            evidence: Hash(of: try records.canonical())))
      }
      return entries
    }
  }
}
