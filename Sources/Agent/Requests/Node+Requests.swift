import Evidence
import Foundation
public import Retention

/// What a person says when recording a request.
public struct NewRequest {
  /// Who asked.
  public var asker: RequestRule.Asker
  /// What was asked.
  public var wanted: RequestRule.Action
  /// Whether it was made in writing; nil when that follows from the evidence.
  public var isOral: Bool?
  /// The person it is about; nil is all data.
  public var subject: SubjectReference?
  /// When it was received; nil is now.
  public var received: ReceivedTime?
  /// The file with the written request.
  public var evidence: String?
  /// In which role the sender asked.
  public var role: String?
  /// A reference, as a ticket's number.
  public var reference: String?
  /// The account of the person who records it.
  public var account: String?

  /// A request of somebody for something.
  public init(from asker: RequestRule.Asker, what wanted: RequestRule.Action) {
    self.asker = asker
    self.wanted = wanted
  }
}

extension Node {
  /// The time of a tenant's zone.
  public func localTime(of tenant: TenantPolicy) throws(AgentError) -> LocalTime {
    try LocalTime(named: tenant.agreement.timeZone, for: tenant.agreement.name)
  }

  /// Records a request and gives it a name. Of a person who is named only a seal is kept, and nothing at all when the request is
  /// no more than forwarded.
  public func record(_ new: NewRequest, about tenant: TenantPolicy) throws -> StoredRequest {
    for text in [new.role, new.reference].compactMap(\.self) { _ = try Label(text) }
    let receipt = try receipt(new.received, in: tenant)
    let evidence = try new.evidence.map(Self.digest(of:))
    let isOral = new.isOral ?? (evidence == nil)
    if isOral, evidence != nil {
      throw AgentError.wrongStep(request: "the request", problem: "is said to be oral, but there is written evidence; give --form written")
    }
    func request(_ id: String) -> Request {
      Request(
        id: id, asker: new.asker, role: new.role, wanted: new.wanted, about: new.subject == nil ? .tenant : .subject, receipt: receipt,
        written: evidence == nil ? nil : receipt, answer: nil)
    }
    let ruling = Ruling(on: request("R-0"), under: tenant, today: try today(of: tenant))
    let key = ruling.course == .forward ? nil : try new.subject.map { try self.key(of: $0, in: tenant) }
    return try state.atomically {
      if let earlier = try repeated(request("R-0"), key, of: tenant) { throw AgentError.repeatedRequest(of: earlier) }
      let id = try state.nextRequest()
      let stored = StoredRequest(
        request: request(id), tenant: tenant.tenant.id, isOral: isOral, reference: new.reference, identifier: new.subject?.kind,
        seal: try key.map { try SubjectSeals(of: self).seal($0, for: id) }, evidence: evidence, answerEvidence: nil, state: .open,
        closedAt: nil, remainder: nil)
      try state.set(stored)
      if let account = new.account { try note(account, asRecorderOf: id) }
      return stored
    }
  }

  /// The accounts of those who recorded a request, and what was missing of it.
  func recorders(of request: String) throws(AgentError) -> Set<String> {
    Set(try state.value(of: "recorders of \(request)")?.split(separator: "\n").map(String.init) ?? [])
  }

  private func note(_ account: String, asRecorderOf request: String) throws(AgentError) {
    let accounts = try recorders(of: request).union([account])
    try state.remember(accounts.sorted().joined(separator: "\n"), as: "recorders of \(request)")
  }

  /// The open request that asks for the same, about the same person. Of a request that is only forwarded nobody can tell whom
  /// it is about, so two of them are never the same.
  private func repeated(_ request: Request, _ key: PredicateValue?, of tenant: TenantPolicy) throws -> String? {
    let seals = SubjectSeals(of: self)
    for one in try state.requests(about: tenant.tenant.id) where one.state == .open {
      guard one.request.asker == request.asker, one.request.wanted == request.wanted, one.request.about == request.about else { continue }
      if request.about == .tenant { return one.request.id }
      guard let key, let seal = one.seal else { continue }
      do {
        if try seals.open(seal, for: one.request.id) == key { return one.request.id }
      } catch AgentError.subjectLost {
        // It is told wherever the request is used, and is not in the way of a new one.
        continue
      }
    }
    return nil
  }

  private func receipt(_ received: ReceivedTime?, in tenant: TenantPolicy) throws -> Receipt {
    let time = try localTime(of: tenant)
    let now = now()
    guard let today = time.day(of: now) else { throw AgentError.file(path: "clock", problem: "shows a day outside the calendar") }
    guard let received else { return Receipt(moment: now, day: today) }
    let moment = time.moment(on: received.day, secondsIntoDay: received.secondsIntoDay ?? 0)
    guard moment <= now, received.day <= today else { throw AgentError.receivedInFuture(now: time.text(of: now)) }
    return Receipt(moment: moment, day: received.day)
  }

  /// The SHA-256 of a file. The file itself is not kept.
  private static func digest(of path: String) throws -> String {
    let bytes = try DurableFile.read(path)
    guard !bytes.isEmpty else { throw AgentError.file(path: path, problem: "is empty; it is no evidence") }
    return Hash(of: bytes).hex
  }

  /// Records that a request is there in writing, or what the controller answered when it was asked back.
  public func confirm(_ id: String, evidence: String, answer: Request.Answer?, account: String? = nil) throws -> StoredRequest {
    let digest = try Self.digest(of: evidence)
    return try state.atomically {
      let stored = try openRequest(id)
      let request = stored.request
      let tenant = try policy(of: stored)
      let ruling = Ruling(on: request, under: tenant, today: try today(of: tenant))
      guard case .waits(let missing) = ruling.course, missing.contains(where: { $0 != .sender }) else {
        throw AgentError.wrongStep(request: id, problem: "waits for no confirmation")
      }
      if answer == nil, !missing.contains(.writing) {
        throw AgentError.wrongStep(request: id, problem: "waits for the controller's answer; give --answer erase or --answer keep-duties")
      }
      if answer != nil, !missing.contains(.answer) { throw AgentError.wrongStep(request: id, problem: "asked the controller nothing back") }
      let written = try request.written ?? receipt(nil, in: tenant)
      let known = Request(
        id: id, asker: request.asker, role: request.role, wanted: request.wanted, about: request.about, receipt: request.receipt,
        written: written, answer: answer ?? request.answer)
      let isFirst = request.written == nil
      let changed = stored.with(
        known, evidence: isFirst ? digest : stored.evidence, answerEvidence: answer == nil ? stored.answerEvidence : digest)
      try state.set(changed)
      if let account { try note(account, asRecorderOf: id) }
      return changed
    }
  }

  /// Records that people have done what a request asks.
  public func complete(_ id: String) throws -> StoredRequest {
    let stored = try openRequest(id)
    let tenant = try policy(of: stored)
    switch Ruling(on: stored.request, under: tenant, today: try today(of: tenant)).course {
    case .forward, .byPeople, .noClause: return try close(stored, as: .completed)
    case .restrict:
      try setPlansAside(of: stored)
      return try close(stored, as: .completed)
    case .afterContract, .waits, .erase:
      throw AgentError.wrongStep(request: id, problem: "is completed by wis run; withdraw it if nobody wants it any more")
    }
  }

  /// Takes a request back. Nothing more is done about it. One to restrict can be taken back when it is completed too: then no run
  /// sets a mark again that a person took away.
  public func withdraw(_ id: String) throws -> StoredRequest {
    let known = try state.request(id)
    let wasMarked = known.state == .completed && known.request.wanted == .restrict
    let stored = wasMarked ? known : try openRequest(id)
    try setPlansAside(of: stored)
    try TombstoneLedger(node: self, policy: policy(of: stored)).forgetMarks(of: id)
    return try close(stored, as: .withdrawn)
  }

  /// Makes the plans of a request stale, unless one of them is being carried out.
  private func setPlansAside(of stored: StoredRequest) throws {
    let id = stored.request.id
    let plans = try state.plans(of: id)
    if let run = try state.openRun(of: stored.tenant), plans.contains(where: { $0.digest == run.digest }) {
      throw AgentError.wrongStep(
        request: id, problem: "is being carried out by run \(run.id), which was interrupted; finish it with wis run first")
    }
    for plan in plans where plan.state == .waiting { try state.setState(.stale, ofPlan: plan.digest) }
  }

  /// Closes a request and makes it forget whom it was about.
  func close(_ stored: StoredRequest, as state: StoredRequest.State) throws -> StoredRequest {
    let closed = stored.with(state, closedAt: now().description)
    try self.state.set(closed)
    if let seal = stored.seal { try SubjectSeals(of: self).destroy(seal) }
    return closed
  }

  private func openRequest(_ id: String) throws -> StoredRequest {
    let stored = try state.request(id)
    guard stored.state == .open else { throw AgentError.closedRequest(id, state: stored.state.rawValue) }
    return stored
  }

  /// The policy of the tenant that a request is about.
  public func policy(of stored: StoredRequest) throws -> TenantPolicy {
    guard let tenant = try tenants([stored.tenant]).first else { preconditionFailure("one name gives one tenant") }
    return tenant
  }

  /// What a request lets be done, on a day; nil when no row is to be changed for now.
  public func instruction(of stored: StoredRequest, under tenant: TenantPolicy, on day: CivilDate) throws -> Instruction? {
    let ruling = Ruling(on: stored.request, under: tenant, today: day)
    guard stored.state == .open else { return nil }
    switch ruling.course {
    case .erase, .restrict: break
    case .noClause, .forward, .afterContract, .waits, .byPeople: return nil
    }
    let subject = try stored.seal.map { try SubjectSeals(of: self).open($0, for: stored.request.id) }
    return try ruling.instruction(of: stored.request, subject: subject).map { try sealing($0, of: tenant) }
  }
}

extension StoredRequest {
  fileprivate func with(_ request: Request, evidence: String?, answerEvidence: String?) -> StoredRequest {
    StoredRequest(
      request: request, tenant: tenant, isOral: isOral, reference: reference, identifier: identifier, seal: seal, evidence: evidence,
      answerEvidence: answerEvidence, state: state, closedAt: closedAt, remainder: remainder)
  }

  fileprivate func with(_ state: State, closedAt: String) -> StoredRequest {
    StoredRequest(
      request: request, tenant: tenant, isOral: isOral, reference: reference, identifier: identifier, seal: nil, evidence: evidence,
      answerEvidence: answerEvidence, state: state, closedAt: closedAt, remainder: nil)
  }

  /// The request with what a run found left of it.
  func with(_ remainder: Remainder) -> StoredRequest {
    StoredRequest(
      request: request, tenant: tenant, isOral: isOral, reference: reference, identifier: identifier, seal: seal, evidence: evidence,
      answerEvidence: answerEvidence, state: state, closedAt: closedAt, remainder: remainder)
  }
}
