import Enforcement
import Evidence
import Retention
import Stores

/// The work on one tenant: settle what an interrupted agent left, look, and apply what needs no person.
struct TenantRun {
  let node: Node
  let policy: TenantPolicy
  let issuer: Issuer
  let program: Program
  let remembersRows: Bool
  let progress: (String) -> Void

  var tenant: String { policy.tenant.id }
  var ledger: TombstoneLedger { TombstoneLedger(node: node, policy: policy) }
  private var leftFiles: LeftFiles { LeftFiles(node: node, policy: policy) }
  private var returned: ReturnedData { ReturnedData(node: node, policy: policy) }
  private var leftResidue: LeftResidue { LeftResidue(node: node, policy: policy) }
  private var moment: Moment { Moment(seconds: Int64(node.now().seconds)) }

  /// Looks after the tenant as `wis run` does: what a restored backup brought back, approved plans, then what the rules find due
  /// today.
  func run() throws -> TenantReport { try whole { session, rows in try plans(session, rows) } }

  /// Applies one plan, and nothing else but what must come before it.
  func apply(_ digest: String) throws -> TenantReport {
    try whole { session, _ in
      let plan = try node.state.plan(digest)
      guard plan.state == .waiting else { throw AgentError.settledPlan(digest: digest, state: plan.state.rawValue) }
      let rows = try apply(plan, session)
      guard let request = plan.request else { return report(.done(rows: rows), try session.look(on: session.today)) }
      // One person's request is no reason to look at everybody's data.
      let left = try session.look(on: session.today, for: request)
      let found = try RequestRun(tenantRun: self, session: session, done: [request: rows]).settle(request, left, rows: 0)
      let isAboutOne = left.decision.instruction?.subject != nil
      return report(.done(rows: 0), isAboutOne ? left : try session.look(on: session.today), [found])
    }
  }

  /// What comes before and after every work on a tenant.
  private func whole(_ work: (TenantSession, _ resumed: Int) throws -> TenantReport) throws -> TenantReport {
    let session = try TenantSession(node: node, policy: policy)
    if let brake = try session.clockBrake() { return report(.clock(brake), nil) }
    // Fails when erased rows should be remembered and are not: then nothing else is done either.
    _ = try ledger.key()
    let resumed = try resume(session)
    let problems = try [leftFiles.tryAgain(session), leftResidue.tryAgain(session, progress: progress)].compactMap(\.self)
    var restored = try eraseRestored(session)
    var report = try work(session, resumed)
    report.copyProblems += problems
    if restored.blocked > 0 {
      // What named them may have gone by a rule meanwhile.
      let again = try eraseRestored(session)
      restored.erased += again.erased
      restored.marked += again.marked
      restored.blocked = again.blocked
    }
    report.restored = restored
    return try finish(report, session)
  }

  private func plans(_ session: TenantSession, _ resumed: Int) throws -> TenantReport {
    var rows = resumed
    var asked: [String: Int] = [:]
    for plan in try node.state.waitingPlans(of: tenant) {
      guard try !node.state.approvals(of: plan.digest).isEmpty else { continue }
      do {
        let done = try apply(plan, session)
        if let request = plan.request { asked[request, default: 0] += done } else { rows += done }
      } catch let error as AgentError where plan.request != nil && error.isAboutRequest {
        // The request's own turn tells it.
        try node.state.setState(.stale, ofPlan: plan.digest)
      } catch EnforcementError.stalePlan {
        try node.state.setState(.stale, ofPlan: plan.digest)
        progress("\(tenant): the approved plan \(plan.digest.prefix(12)) no longer fits the data; a new one is made")
      }
    }
    let requests = try RequestRun(tenantRun: self, session: session, done: asked).run()
    let findings = try session.look(on: session.today)
    guard !findings.plan.steps.isEmpty else {
      try node.retirePlans(of: tenant)
      return report(.done(rows: rows), findings, requests)
    }
    let document = try session.document(of: findings.plan)
    let brakes = try session.brakes(on: findings.plan)
    let stored = try node.remember(document, of: findings.plan)
    guard brakes.isEmpty else { return report(.waiting(digest: document.digest, brakes: brakes), findings, requests) }
    rows += try carryOut(findings.plan, document, stored, session)
    return report(.done(rows: rows), try session.look(on: session.today), requests)
  }

  private func report(_ result: TenantReport.Result, _ findings: Findings?, _ requests: [RequestReport] = []) -> TenantReport {
    TenantReport(tenant: tenant, result: result, findings: findings, certificates: [], requests: requests)
  }

  /// Makes the plan again for the day it was made for, and carries it out when it comes out the same.
  private func apply(_ stored: StoredPlan, _ session: TenantSession) throws -> Int {
    guard stored.asOf <= session.today else { throw EnforcementError.stalePlan(why: .future(stored.asOf)) }
    let days = node.inventory.brakes.planValidDays
    guard session.today.dayNumber - stored.asOf.dayNumber <= days else {
      throw EnforcementError.stalePlan(why: .tooOld(stored.asOf, days: days))
    }
    let findings = try session.look(on: stored.asOf, for: stored.request)
    let document = try session.document(of: findings.plan)
    guard document.digest == stored.digest else { throw EnforcementError.stalePlan(why: .differs(now: document.digest)) }
    let brakes = try session.brakes(on: findings.plan)
    guard try brakes.isEmpty || !node.state.approvals(of: stored.digest).isEmpty else {
      throw AgentError.notApproved(digest: stored.digest)
    }
    return try carryOut(findings.plan, document, stored, session)
  }

  func carryOut(
    _ plan: Plan, _ document: PlanDocument, _ stored: StoredPlan, _ session: TenantSession, restored: RestoredRows? = nil
  ) throws -> Int {
    guard !plan.steps.isEmpty else { return 0 }
    for table in plan.steps.map(\.table).uniqued() { try session.store.requireKey(of: table) }
    if restored == nil { try returned.requireArchives(for: plan) }
    try FileRoots(plan.fileRoots, of: policy, own: node.ownFiles(of: policy)).require()
    let planned = try plan.record.canonicalText()
    let anchor = try issuer.anchor(at: moment.description)
    let run = try node.state.beginRun(tenant: tenant, digest: document.digest, startedAt: moment.description, planned: planned) { run in
      // What cannot stand in a certificate must be known before anything is erased.
      if plan.destroys {
        try plan.rehearseCertificate(try facts(run, session, anchor))
        try issuer.rehearseSigning(at: moment)
      }
      // What a request lets go says nothing about what the rules may let go.
      if stored.request == nil, restored == nil { try session.rememberPolicy(for: plan) }
    }
    let seal = try session.seal(of: run)
    return try execute(plan, run, seal, session, restored: restored)
  }

  /// Goes on with a run that was interrupted, under the plan that was approved for it, or ends one that was stopped.
  private func resume(_ session: TenantSession) throws -> Int {
    guard let run = try node.state.openRun(of: tenant) else { return 0 }
    let isStopped = try returned.isStopped(run)
    progress("\(tenant): going on with run \(run.id), which was \(isStopped ? "stopped" : "interrupted")")
    let stored = try node.state.plan(run.digest)
    if try node.state.certificates(of: tenant).contains(where: { $0.run == run.id }) {
      let rows = try session.done(run).values.reduce(0, +)
      try issuer.releaseAll(at: moment, destroying: session.destroyKey(of:))
      return rows
    }
    let seal = try session.seal(of: run)
    let findings = try session.look(on: stored.asOf, for: stored.request)
    let executor = session.executor(run, seal, findings.decision)
    try executor.recover(findings.decision)
    if let origin = try stored.restores() {
      // What such a run left is found anew by its marks; it ends with what it did.
      let done = try RecordedStep.read(JSONNode(JSONValue(parsing: run.planned.utf8)))
      let counts = done.map { RestoredCount(table: $0.table, category: $0.category, action: $0.action, rows: 0) }
      let plan = try Plan.restored(counts, from: origin, decision: findings.decision, census: findings.census, isHeld: false)
      _ = try execute(plan, run, seal, session, restored: RestoredRows.none)
      return 0
    }
    // What is left must be part of what was approved, under the same policies and schema; else the run ends with what it did.
    let planned = JSONNode(try JSONValue(parsing: run.planned.utf8))
    let done = try session.done(run)
    let canGoOn =
      try !isStopped && findings.plan.isRemainder(of: planned, done: done)
      && session.document(of: findings.plan).follows(JSONNode(JSONValue(parsing: stored.document.utf8))["plan"])
    if !canGoOn {
      progress("\(tenant): \(isStopped ? "" : "the plan of run \(run.id) no longer fits; ")it ends with what it did")
    }
    let earlier = try RecordedStep.read(planned)
    guard let plan = try findings.plan.recording(earlier, canGoOn: canGoOn, isBegun: { done[$0.name, default: 0] > 0 }) else {
      throw EnforcementError.stalePlan(why: .unfounded(digest: run.digest))
    }
    try returned.requireArchives(for: findings.plan)
    let refusal = try canGoOn || isStopped ? nil : returned.refusal(toLeave: findings.plan, by: run)
    let rows = try execute(plan, run, seal, session)
    if let refusal { throw refusal }
    return stored.request == nil ? rows : 0
  }

  private func execute(
    _ plan: Plan, _ run: StoredRun, _ seal: SealedKeys, _ session: TenantSession, restored: RestoredRows? = nil
  ) throws -> Int {
    do {
      return try carryOut(plan, run, seal, session, restored: restored)
    } catch EnforcementError.notReturned(let table) {
      let refusal = try returned.refuse([table], in: run)
      // What it did before, it had compared: that is certified now.
      _ = try resume(session)
      throw refusal
    } catch let error as AgentError where error.isAboutMarks {
      _ = try resume(session)
      throw error
    }
  }

  private func carryOut(
    _ plan: Plan, _ run: StoredRun, _ seal: SealedKeys, _ session: TenantSession, restored: RestoredRows?
  ) throws -> Int {
    let capture = try session.capture(run, seal)
    // What the rules would erase again by themselves needs no memory.
    let tombstones = (remembersRows || plan.decision.instruction != nil) && restored == nil ? try ledger.keyForWriting() : nil
    if plan.decision.instruction != nil, policy.tenant.backups.isEmpty {
      progress("\(tenant): wis.yaml names no backups of this tenant, so a copy of it that is restored brings back what goes now, untold")
    }
    let baseline = try Baseline(of: plan, in: session.store)
    let rows = restored == nil ? try returned.rows(for: plan, of: run, under: seal, session, progress: progress) : nil
    let executor = session.executor(run, seal, plan.decision, capture, tombstones: tombstones, restored: restored, returned: rows)
    let outcome = try executor.execute(plan) { step, done, of in
      progress("\(tenant): \(step.action.rawValue) \(step.table) \(done)/\(of)")
    }
    return try conclude(outcome, of: run, by: executor, since: baseline, capture, seal, session)
  }

  /// Verifies and certifies what a run did.
  private func conclude(
    _ outcome: Outcome, of run: StoredRun, by executor: Executor, since baseline: Baseline, _ capture: ResidueCapture?, _ seal: SealedKeys,
    _ session: TenantSession
  ) throws -> Int {
    let plan = outcome.plan
    try ledger.raise()
    let verification = try Verification(of: outcome, since: baseline, by: executor, in: session.store)
    let (rows, destroyed) = (outcome.changed.values.reduce(0, +), outcome.destroyed)
    var residue: ResidueReport?
    if destroyed > 0, verification.hasPassed {
      if capture != nil {
        progress("\(tenant): \(policy.level.rawValue): taking what was erased out of the database's files, and looking for it")
      }
      residue = try ResidueReport(after: capture?.rows, to: policy.level, within: policy.tenant.scrub, in: session.store)
    }
    var files: FileReport?
    if destroyed > 0, verification.hasPassed {
      files = try session.removeFiles(after: executor, run, seal, plan.decision)
      if let files { progress("\(tenant): files that the rows named: \(files)") }
      try leftFiles.keep(files?.left, of: run.id)
    }
    if destroyed > 0 {
      try leftResidue.keep(residue, of: capture?.rows, run: run.id)
      try certify(outcome, verification, try executor.erasedSubjects(plan.decision), residue, files, run, session)
    } else {
      try closeUncertified(verification, rows, run, session)
    }
    tellOfTriggers(verification, plan, session.store)
    tellOfPartitions(session.store)
    guard verification.unhandled.isEmpty else {
      throw AgentError.unhandled(tenant: tenant, rows: verification.unhandled.values.reduce(0, +))
    }
    if let residue, !residue.isClean { throw AgentError.residue(tenant: tenant, residue) }
    if let files, files.total(\.left) + files.total(\.refused) > 0 {
      throw AgentError.filesStay(tenant: tenant, left: files.total(\.left), reason: files.reason, refused: files.total(\.refused))
    }
    return rows
  }

  /// Ends a run that destroyed nothing: what it restricted is all there, so there is no destruction to certify.
  private func closeUncertified(_ verification: Verification, _ rows: Int, _ run: StoredRun, _ session: TenantSession) throws {
    guard verification.hasPassed else { throw EnforcementError.unverified(verification.checks.filter { $0.failed > 0 }) }
    try ledger.note(run.id, endedAt: moment)
    try node.state.closeRun(run.id)
    try session.destroyKey(of: run.id)
    if rows > 0 { progress("\(tenant): \(rows) rows were marked as restricted; nothing was destroyed, so nothing is certified") }
  }

  /// What became of whole partitions.
  private func tellOfPartitions(_ store: any TenantStore) {
    for (table, count) in store.partitions.sorted(by: { $0.key < $1.key }) {
      let kept = count.kept > 0 ? "; \(count.kept) could not be dropped, so their rows were erased one by one" : ""
      progress("\(tenant): \(count.dropped) partitions of \(table) were dropped with their rows\(kept)")
    }
  }

  /// What triggers did beside the plan, and what they may have undone.
  private func tellOfTriggers(_ verification: Verification, _ plan: Plan, _ store: any TenantStore) {
    for (table, rows) in store.changedByTriggers.sorted(by: { $0.key < $1.key }) {
      progress("\(tenant): triggers of \(table) changed \(rows) other rows; what they wrote is not in the certificate, look at it")
    }
    for step in plan.steps where verification.unhandled[step.name] != nil && !step.table.table.triggers.isEmpty {
      let names = step.table.table.triggers.joined(separator: ", ")
      progress("\(tenant): rows of \(step.table.table.name) are still there; its triggers may have kept them: \(names)")
    }
  }

  private func certify(
    _ outcome: Outcome, _ verification: Verification, _ subjects: Set<SubjectIdentifier>, _ residue: ResidueReport?,
    _ files: FileReport?, _ run: StoredRun, _ session: TenantSession
  ) throws {
    let facts = try facts(run, session, try issuer.anchor(at: moment.description), subjects, residue, files)
    let certificate = try verification.certificate(of: outcome, facts)
    try issuer.issue(
      certificate, opening: facts.subjects.map(CommitmentOpening.init(of:)), run: run.id, tenant: tenant, at: moment)
    try issuer.releaseAll(at: moment, destroying: session.destroyKey(of:))
  }

  /// What a certificate says beside the outcome.
  private func facts(
    _ run: StoredRun, _ session: TenantSession, _ anchor: Checkpoint, _ subjects: Set<SubjectIdentifier> = [],
    _ residue: ResidueReport? = nil, _ files: FileReport? = nil
  ) throws -> CertificateFacts {
    let sources = try node.sources(of: policy)
    let stored = try node.state.plan(run.digest)
    var approvals: [Evidence.Approval] = []
    for approval in try node.state.approvals(of: run.digest) {
      approvals.append(Evidence.Approval(role: try Label(approval.role), at: try Moment(approval.at)))
    }
    var random = SystemRandomNumberGenerator()
    let id = CertificateID()
    return CertificateFacts(
      id: id, anchor: anchor, planDigest: stored.digest, sources: sources,
      approvals: approvals,
      execution: try Execution(
        started: try Moment(run.startedAt), finished: moment, agent: try Label("wis \(Program.version)"), build: program.hash(),
        run: try Label("R-\(run.id)"), node: try Label(node.inventory.node)),
      endedOn: try node.today(of: policy), issuer: try LegalPerson(node.inventory.issuer), engine: session.store.engine,
      instruction: try instruction(of: stored),
      subjects: subjects.isEmpty ? nil : SubjectCommitments(subjects, certificate: id, key: Hash.random(using: &random)),
      restoring: try stored.restores()?.certificate.map { try node.state.certificate($0).document() }, salt: Hash.random(using: &random),
      residue: residue, files: files)
  }

  /// The hash of the written instruction that a plan carries out.
  private func instruction(of plan: StoredPlan) throws -> Hash? {
    try plan.request.flatMap { try node.state.request($0).instructionEvidence }.map { try Hash(hex: $0) }
  }

  /// Releases what an interrupted run left, and remembers what was found.
  private func finish(_ report: TenantReport, _ session: TenantSession) throws -> TenantReport {
    try issuer.releaseAll(at: moment, destroying: session.destroyKey(of:))
    try SealedArchive(node: node, policy: policy).destroyWhenDue()
    let copyProblems = try CopyFollowUp(node: node, policy: policy, issuer: issuer).run(at: moment) + ledger.destroyExpired()
    try issuer.releaseAll(at: moment, destroying: session.destroyKey(of:))
    // What was found about one request says nothing about the tenant.
    if let findings = report.findings, findings.decision.instruction == nil {
      try session.remember(report)
      try node.settleOffboarding(of: policy, findings)
    }
    return TenantReport(
      tenant: report.tenant, result: report.result, findings: report.findings,
      certificates: try node.state.certificates(of: tenant).filter { !session.earlierCertificates.contains($0.id) },
      requests: report.requests, restored: report.restored, copyProblems: report.copyProblems + copyProblems)
  }
}
