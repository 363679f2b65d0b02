import Enforcement
import Evidence
import Foundation
import PolicyLanguage
import Retention
import Stores

/// One tenant, locked and connected, for the time that an agent works on it.
struct TenantSession {
  let node: Node
  let policy: TenantPolicy
  let store: any TenantStore
  let today: CivilDate
  /// The certificates that were released before this session.
  let earlierCertificates: Set<String>
  private let lock: TenantLock

  init(node: Node, policy: TenantPolicy) throws {
    self.node = node
    self.policy = policy
    let id = policy.tenant.id
    try node.requireOneEnd(of: policy)
    lock = try TenantLock(on: id, of: node)
    store = try node.store(of: policy, access: .change)
    guard try store.claim(id) else { throw AgentError.tenantBusy(tenant: id) }
    today = try node.today(of: policy)
    earlierCertificates = Set(try node.state.certificates(of: id).filter { $0.releasedAt != nil }.map(\.id))
  }

  private var runKeys: String { "\(node.home)/run-keys" }

  /// The key that seals what a run remembers of its rows: made when the run begins, found again when it goes on.
  func seal(of run: StoredRun) throws -> SealedKeys {
    let folder = KeyFolder(path: runKeys, environment: [:])
    let exists = FileManager.default.fileExists(atPath: "\(runKeys)/\(run.keyName)")
    return exists ? try SealedKeys(of: run.keyName, in: folder) : try SealedKeys(newFor: run.keyName, in: folder)
  }

  /// Looks at all data under the rules, or at what a request is about.
  func look(on day: CivilDate, for request: String? = nil) throws -> Findings {
    var instruction: Instruction?
    if let request {
      let stored = try node.state.request(request)
      instruction = try node.instruction(of: stored, under: policy, on: day)
      guard instruction != nil else { throw AgentError.closedRequest(request, state: try node.status(of: stored).stage.word) }
    }
    return try Findings(
      policy: policy, store: store, today: day, holds: try node.openHolds(on: policy.tenant.id, against: instruction),
      instruction: instruction)
  }

  func document(of plan: Plan) throws -> PlanDocument {
    try PlanDocument(plan, from: try node.sources(of: policy))
  }

  /// What is wrong with the clock, if anything.
  func clockBrake() throws -> ClockBrake? {
    let last = try node.state.value(of: "last-run").flatMap { Instant($0) }
    return ClockBrake.tripped(now: node.now(), lastRun: last, server: try store.serverClock(), node.inventory.brakes)
  }

  /// The limits that a plan runs into, as things are now. Fails where its files could not be removed.
  func brakes(on plan: Plan) throws -> [Brake] {
    let survey = try FileSurvey(of: plan, in: store, own: node.ownFiles(of: policy))
    if let problem = survey.problem(of: policy.tenant.id) { throw problem }
    return try limits(on: plan) + Brake.tripped(by: survey)
  }

  private func limits(on plan: Plan) throws -> [Brake] {
    guard let request = plan.decision.instruction?.request else {
      let isEnd = !plan.steps.isEmpty && ReturnedData(node: node, policy: policy).isDestroyed(by: plan)
      return try Brake.tripped(by: plan, node.inventory.brakes, isFirstRun: isFirstRun(of: plan)) + (isEnd ? [.endOfContract] : [])
    }
    // What was consented to before the data was found to have changed does not count.
    let since = try node.offboardingLog(of: policy.tenant.id).consentCountsFrom
    let isKnown = try node.state.plans(of: request).contains { plan in
      try plan.state == .applied && (since.isEmpty || node.state.approvals(of: plan.digest).contains { since <= $0.at })
    }
    return Brake.tripped(by: plan, node.inventory.brakes, isFirstOf: isKnown ? nil : request)
  }

  /// Whether no run was ever begun for this tenant under these policies. One that only marked rows was none that destroyed any.
  private func isFirstRun(of plan: Plan) throws -> Bool {
    let digest = try policyDigest()
    let known = [policyName(destroys: true)] + (plan.destroys ? [] : [policyName(destroys: false)])
    return try !known.contains { try node.state.value(of: $0) == digest }
  }

  private func policyName(destroys: Bool) -> String { "\(destroys ? "policy" : "restricting policy") of \(policy.tenant.id)" }

  /// Remembers that a run is begun under these policies. Called in the transaction that begins it, so that a crash can
  /// neither forget it nor give it to the policies of a later day.
  func rememberPolicy(for plan: Plan) throws { try node.state.remember(try policyDigest(), as: policyName(destroys: plan.destroys)) }

  private func policyDigest() throws -> String {
    let sources = try node.sources(of: policy)
    let own = Hash(of: policy.tenant.retention.map(\.description).joined(separator: "\n")).hex
    return "\(sources.agreement) \(sources.map) \(own)"
  }

  /// An executor whose batches stop when a person stops the agents or places a hold.
  func executor(
    _ run: StoredRun, _ seal: SealedKeys, _ decision: TenantDecision, _ capture: ResidueCapture? = nil, tombstones: TombstoneKey? = nil,
    restored: RestoredRows? = nil, returned: ReturnedRows? = nil
  ) -> Executor {
    let mayContinue = {
      if StopFile(of: node).isSet { throw EnforcementError.stopped(reason: "wis stop") }
      if let request = decision.instruction?.request, try node.state.request(request).state != .open {
        throw EnforcementError.stopped(reason: "the request was withdrawn")
      }
      let open = try node.openHolds(on: policy.tenant.id, against: decision.instruction).filter { $0.isOpen(on: decision.today) }
      guard Set(open) == Set(decision.holds) else { throw EnforcementError.stopped(reason: "a hold was placed or released") }
    }
    return Executor(
      store: store, policy: policy, journal: node.state.journal(of: run.id), seal: seal, tombstones: tombstones, restored: restored,
      returned: returned, mayContinue: mayContinue,
      willChange: capture.map { capture in { try capture.take($0, among: $1) } })
  }

  /// Where a run remembers, sealed, the values of rows that it erases.
  private func capturedValues(_ run: Int64) -> String { "\(runKeys)/\(StoredRun.keyName(of: run)).values" }

  /// Remembers the values of rows that a run erases; nil when the level asks for no search.
  func capture(_ run: StoredRun, _ seal: SealedKeys) throws -> ResidueCapture? {
    guard policy.level > .logical else { return nil }
    let path = capturedValues(run.id)
    let sealed = FileManager.default.contents(atPath: path).map { [UInt8]($0) }
    return try ResidueCapture(from: sealed, store: store, seal: seal) { try DurableFile.write($0, to: path, mode: 0o600) }
  }

  /// How many rows of each step a run has changed already.
  func done(_ run: StoredRun) throws -> [StepName: Int] {
    var done: [StepName: Int] = [:]
    try node.state.journal(of: run.id).forEachCommitted { done[$0.step, default: 0] += $0.rows }
    return done
  }

  /// Where a run remembers, sealed, which files it found under the names that its rows gave.
  private func foundFiles(_ run: Int64) -> String { "\(runKeys)/\(StoredRun.keyName(of: run)).files" }

  /// Removes the files that the rows of a run named; nil when they named none.
  func removeFiles(after executor: Executor, _ run: StoredRun, _ seal: SealedKeys, _ decision: TenantDecision) throws -> FileReport? {
    let path = foundFiles(run.id)
    return try FileRemoval(store: store, decision: decision, own: node.ownFiles(of: policy)).carryOut(
      after: executor, seal: seal, found: try DurableFile.readIfPresent(path)
    ) { try DurableFile.write($0, to: path, mode: 0o600) }
  }

  /// Where a run remembers which rows had been returned when it began to destroy them.
  func returnedMarks(_ run: Int64) -> String { "\(runKeys)/\(StoredRun.keyName(of: run)).returned" }

  func destroyKey(of run: Int64) throws {
    let paths = ["\(runKeys)/\(StoredRun.keyName(of: run))", capturedValues(run), foundFiles(run)]
    for path in paths { try KeyFile.destroy(path) }
    try ReturnedMarks.destroy(returnedMarks(run))
  }

  /// Remembers what the run found.
  func remember(_ report: TenantReport) throws {
    let now = node.now().description
    if case .done = report.result { try node.state.remember(now, as: "last success of \(policy.tenant.id)") }
    let totals = report.findings?.plan.totals ?? [:]
    let counts = JSONValue.object(Dictionary(uniqueKeysWithValues: totals.map { ($0.key.rawValue, .integer(Int64($0.value))) }))
    let oldest = report.findings?.plan.steps.filter(\.action.destroys).compactMap(\.count.clocks?.lowerBound).min()
    try node.state.set(
      TenantStatus(
        tenant: policy.tenant.id, lastRunAt: now, result: report.word, policy: try policyDigest(), oldestDue: oldest?.description,
        counts: try counts.canonicalText()))
  }
}

/// A file whose presence ends every running agent at the next batch boundary and lets none begin.
public struct StopFile {
  /// Where it is.
  public let path: String

  /// The stop file of a node.
  public init(of node: Node) { path = "\(node.home)/stop" }

  /// The stop file of the node with a configuration. Agents can be stopped while the state store is locked, and policies are broken.
  public init(config: String) throws {
    let folder = NodeFiles.folder(of: config)
    let state = try Inventory.state(in: NodeFiles.text(of: config), file: config) { NodeFiles.resolved($0, in: folder) }
    path = "\(NodeFiles.folder(of: state))/stop"
  }

  /// Whether it is there.
  public var isSet: Bool { FileManager.default.fileExists(atPath: path) }

  /// Puts it there.
  public func set() throws(AgentError) {
    do { try DurableFile.write([], to: path) } catch { throw .evidence(error) }
  }

  /// Takes it away.
  public func clear() throws(AgentError) {
    guard isSet else { return }
    do { try FileManager.default.removeItem(atPath: path) } catch { throw .file(path: path, problem: "could not be removed") }
  }
}
