import Evidence
import Foundation
public import Portability
public import Retention

/// What a person records and does at the end of a contract. Each act is refused while an earlier one is missing, and each is
/// on disk, with its day, when the method returns.
public struct EndDesk {
  let node: Node
  /// The tenant with its agreement.
  public let policy: TenantPolicy
  let account: String

  /// The desk for a tenant, used by the person behind an account.
  public init(node: Node, policy: TenantPolicy, account: String) {
    self.node = node
    self.policy = policy
    self.account = account
  }

  var tenant: String { policy.tenant.id }

  func refusal(_ problem: String) -> AgentError { .offboarding(tenant: tenant, problem: problem) }

  /// What the controller wants, and how that is carried out.
  public struct Choice {
    /// What it wants.
    public var wish: EndOfContract.Wish
    /// Whether the data goes to the processor that follows, not to the controller itself.
    public var isToSuccessor = false
    /// Whether only raw data is returned; nil is what the clause says.
    public var isRaw: Bool?
    /// The part that is returned; nil is everything.
    public var tables: [String]?
    /// In which further forms it wants the rows.
    public var copies: [ReadingCopy] = []
    /// The file with its writing.
    public var evidence: String?
    /// In which role it was said.
    public var role: String?
    /// When it was received; nil is now.
    public var received: ReceivedTime?
    /// Where the package goes.
    public var out: String?
    /// To whom it is encrypted.
    public var encryptTo: String?

    /// A wish.
    public init(_ wish: EndOfContract.Wish) { self.wish = wish }
  }

  /// Records the contract's last day. Another day than before is taken as long as nothing was done about it; the same day
  /// changes nothing.
  public func announce(_ ended: CivilDate) throws -> TenantPolicy {
    let contract = policy.tenant.contract
    guard contract.started <= ended else { throw refusal("its contract started on \(contract.started), after \(ended)") }
    let listed = node.listed[tenant]?.tenant.contract.ended
    if let listed, listed != ended {
      throw refusal("wis.yaml says that its contract ended on \(listed); correct one of the two days")
    }
    let log = try node.offboardingLog(of: tenant)
    if let known = log.ended?.facts.ended {
      if known == ended.description { return policy.ending(on: ended) }
      guard log.returned == nil, log.destroying == nil, log.emptied == nil, log.changed == nil else {
        throw refusal("its end was announced for \(known), and something was done about it since; the day cannot change any more")
      }
    }
    try node.record(.announced, OffboardingLog.End(ended: ended.description, account: account), of: tenant)
    return policy.ending(on: ended)
  }

  /// Records what the controller wants, with a request for each clause that provides for it.
  public func choose(_ choice: Choice) throws {
    try requireEnd()
    if let encryptTo = choice.encryptTo { _ = try Recipient(encryptTo) }
    if choice.wish == .destroy, choice.tables != nil { throw refusal("a part is returned, never destroyed alone; leave --tables out") }
    for table in choice.tables ?? [] where policy.map.tables[table] == nil {
      throw AgentError.unknownTable(tenant: tenant, table: table)
    }
    let (returns, erasures) = try node.endRequests(of: policy)
    if choice.wish == .handOver, let open = erasures.first(where: { $0.state == .open }) {
      throw refusal("request \(open.request.id) asks to destroy the data; withdraw it first with wis request withdraw \(open.request.id)")
    }
    if choice.wish == .destroy, let open = returns.first(where: { $0.state == .open }) {
      throw refusal("request \(open.request.id) asks to return the data; withdraw it first with wis request withdraw \(open.request.id)")
    }
    let destroysByClause = policy.agreement.endOfContract.contains { $0.action == .erase }
    var wanted: [RequestRule.Action] = []
    if choice.wish != .destroy, returns.isEmpty, let action = returning(toSuccessor: choice.isToSuccessor) { wanted.append(action) }
    if choice.wish != .handOver, !destroysByClause, erasures.isEmpty {
      guard rule(.erase) != nil else { throw refusal("no clause of its agreement provides for destroying all data at request") }
      wanted.append(.erase)
    }
    for text in [choice.role].compactMap(\.self) { _ = try Label(text) }
    let evidence = try choice.evidence.map { path in
      let bytes = try DurableFile.read(path)
      guard !bytes.isEmpty else { throw AgentError.file(path: path, problem: "is empty; it is no evidence") }
      return Hash(of: bytes).hex
    }
    let today = try node.today(of: policy)
    let isRaw = choice.isRaw ?? (rule(.handOver)?.nature == .raw)
    var requests: [String] = []
    for action in wanted {
      var request = NewRequest(from: .controller, what: action)
      (request.evidence, request.role, request.received) = (choice.evidence, choice.role, choice.received)
      requests.append(try node.record(request, about: policy).request.id)
    }
    try node.record(
      .chosen,
      OffboardingLog.Choice(
        wish: choice.wish.rawValue, on: (choice.received?.day ?? today).description,
        to: choice.isToSuccessor ? "successor" : "controller", nature: isRaw ? Nature.raw.rawValue : nil, tables: choice.tables,
        copies: choice.copies.isEmpty ? nil : choice.copies,
        role: choice.role, evidence: evidence, account: account, out: choice.out.map(Self.absolute),
        encryptTo: choice.encryptTo.map(Self.absoluteKey), requests: requests), of: tenant)
  }

  private func rule(_ action: RequestRule.Action) -> RequestRule? {
    policy.agreement.onRequest.first { $0.from == .controller && $0.action == action && $0.about != .subject }
  }

  /// The request that a clause knows for giving the data to somebody; nil when none does. The law gives the controller its
  /// data back anyway (GDPR art. 28(3)(g)).
  private func returning(toSuccessor: Bool) -> RequestRule.Action? {
    let order: [RequestRule.Action] = toSuccessor ? [.transfer, .handOver] : [.handOver, .transfer]
    return order.first { rule($0) != nil }
  }

  @discardableResult
  func requireEnd() throws -> CivilDate {
    guard let ended = policy.tenant.contract.ended else {
      throw refusal("its contract has no end; announce it with wis offboard \(tenant) --ended DATE")
    }
    try node.requireOneEnd(of: policy)
    let log = try node.offboardingLog(of: tenant)
    if let closed = log.closed { throw refusal("its offboarding was closed at \(closed.at); nothing more is done about it") }
    return ended
  }

  static func absolute(_ path: String) -> String { NodeFiles.resolved(path, in: FileManager.default.currentDirectoryPath) }

  private static func absoluteKey(_ key: String) -> String {
    FileManager.default.fileExists(atPath: key) ? absolute(key) : key
  }

  /// Records that the application stopped every use of the data.
  public func stop(role: String?) throws {
    let ended = try requireEnd()
    if let role { _ = try Label(role) }
    guard try ended <= node.today(of: policy) else { throw refusal("its contract runs until \(ended); the use stops then") }
    try node.record(.stopped, of: tenant)
  }

  /// Records that the returned package was handed to whom it is for. The file is read again: what is delivered must be what was
  /// verified.
  public func deliver(file: String?) throws {
    try requireEnd()
    let log = try node.offboardingLog(of: tenant)
    guard let returned = log.returned?.facts else { throw refusal("nothing was returned yet; see wis offboard status \(tenant)") }
    guard log.delivered == nil else { throw refusal("the package was delivered already, at \(log.delivered?.at ?? "–")") }
    let path = file ?? returned.file
    let found = try FileDigest.sha256(of: path)
    guard found == returned.sha256 else {
      throw AgentError.notTheReturn(
        tenant: tenant, problem: "\(path) has the SHA-256 \(found), and the package that was verified \(returned.sha256)")
    }
    // What the clause asks for is done: the term ends here. First, because what was delivered is not delivered again.
    for stored in try node.endRequests(of: policy).returns where stored.state == .open {
      if case .byPeople = Ruling(on: stored.request, under: policy, today: try node.today(of: policy)).course {
        _ = try node.complete(stored.request.id)
      }
    }
    try node.record(.delivered, OffboardingLog.Delivery(sha256: found, role: nil, evidence: nil), of: tenant)
  }

  /// Writes a trial file for the key that the package will be encrypted to, and gives its path.
  public func tryKey(_ key: String?, to out: String) throws -> String {
    try requireEnd()
    guard let key = try key ?? node.offboardingLog(of: tenant).choice?.facts.encryptTo else {
      throw refusal("no key was named; give --encrypt-to")
    }
    let recipient = try Recipient(key)
    let file = try TrialFile.write(for: recipient, to: "\(out)/proef-\(tenant)-\(node.today(of: policy))")
    try node.record(.tried, OffboardingLog.Trial(recipient: recipient.name, sha256: file.sha256), of: tenant)
    return file.path
  }

  /// Records that the trial file was opened, by the hash of what was in it.
  public func prove(sha256: String) throws {
    try requireEnd()
    guard let trial = try node.offboardingLog(of: tenant).trial?.facts else {
      throw refusal("no trial file was written; make one with wis offboard trial \(tenant)")
    }
    let given = sha256.lowercased()
    guard given == trial.sha256 else {
      throw AgentError.notTheReturn(
        tenant: tenant, problem: "the trial file holds something with another SHA-256 than \(given); ask what it was opened with")
    }
    try node.record(.proven, trial, of: tenant)
  }

  /// Records the controller's word that it opened the package, by the hash of what it opened. Of an encrypted package that is
  /// the hash of what it was decrypted to: the hash of the file itself says only that it arrived.
  public func receive(sha256: String, role: String?, evidence: String?) throws {
    try requireEnd()
    let log = try node.offboardingLog(of: tenant)
    guard let returned = log.returned?.facts, log.delivered != nil else {
      throw refusal("nothing was delivered yet; see wis offboard status \(tenant)")
    }
    guard log.received == nil else { throw refusal("the receipt was recorded already, at \(log.received?.at ?? "–")") }
    if let role { _ = try Label(role) }
    let given = sha256.lowercased()
    guard given == returned.archive else {
      let problem =
        given == returned.sha256
        ? "that is the hash of the encrypted file; ask for the SHA-256 of the ZIP file that it was decrypted to"
        : "the controller opened a file with the SHA-256 \(given), and what was delivered has \(returned.archive)"
      throw AgentError.notTheReturn(tenant: tenant, problem: problem)
    }
    let shown = try evidence.map { path in
      let bytes = try DurableFile.read(path)
      guard !bytes.isEmpty else { throw AgentError.file(path: path, problem: "is empty; it is no evidence") }
      return Hash(of: bytes).hex
    }
    try node.record(.received, OffboardingLog.Delivery(sha256: given, role: role, evidence: shown), of: tenant)
  }

  /// Records that a controller that says nothing was reminded.
  public func remind() throws {
    try requireEnd()
    guard let offboarding = try node.offboarding(of: policy), !offboarding.reminders.isEmpty else {
      throw refusal("its controller has nothing to be reminded of")
    }
    try node.record(.reminded, of: tenant)
  }
}
