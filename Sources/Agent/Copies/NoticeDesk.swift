import Evidence
public import Retention

/// Writes the notices to a tenant's sub-processors, and has them delivered where the operator named a program for it.
public struct NoticeDesk {
  private let node: Node
  private let policy: TenantPolicy

  /// The desk for a tenant.
  public init(node: Node, policy: TenantPolicy) {
    self.node = node
    self.policy = policy
  }

  private var tenant: String { policy.tenant.id }
  private var folder: String { "\(node.home)/notices" }

  /// Makes the notices that duties ask for and nobody made, of one run's certificate when it is named, and finishes those that an
  /// interruption or a failing program left. Repeating it makes no second notice.
  ///
  /// Gives the notices it finished, and what went wrong with others.
  public func serve(run: Int64? = nil) throws -> (done: [StoredNotice], problems: [any Error]) {
    let certificates = try run.map { run in
      try node.state.certificates(of: tenant).filter { $0.run == run }.map(\.id)
    }
    for duty in try node.subprocessorDuties(of: policy) where duty.notice == nil && duty.confirmation == nil {
      if let certificates, !(duty.certificate.map { certificates.contains($0.id.text) } ?? false) { continue }
      _ = try node.state.insertNotice(
        tenant: tenant, processor: duty.processor, certificate: duty.certificate?.id.text,
        reference: duty.certificate == nil ? SubprocessorDuty.endOfContract : nil, at: node.now().description)
    }
    return try finish()
  }

  /// Makes a notice of a request for every sub-processor that has none of it.
  public func serve(request: String) throws -> (done: [StoredNotice], problems: [any Error]) {
    // The same gate that keeps personal data out of certificates.
    _ = try Label(request)
    let known = try node.state.notices(of: tenant).filter { $0.reference == request }.map(\.processor)
    for processor in policy.subProcessors where !known.contains(processor.name) {
      _ = try node.state.insertNotice(
        tenant: tenant, processor: processor.name, certificate: nil, reference: request, at: node.now().description)
    }
    return try finish()
  }

  private func finish() throws -> (done: [StoredNotice], problems: [any Error]) {
    var done: [StoredNotice] = []
    var problems: [any Error] = []
    for notice in try node.state.notices(of: tenant) where notice.delivery == .open || notice.delivery == .unsent {
      do {
        try finish(notice)
        done.append(notice)
      } catch {
        problems.append(error)
      }
    }
    return (done, problems)
  }

  private func finish(_ notice: StoredNotice) throws {
    let certificate = try notice.certificate.map { id in try node.state.certificate(id).document() }
    let text = NoticeText(
      notice: notice, madeOn: try node.day(of: notice.madeAt, for: policy), policy: policy, issuer: node.inventory.issuer,
      certificate: certificate, erasedOn: try certificate.map { try node.day(of: $0.execution.finished.description, for: policy) }
    ).text
    let file = path(of: notice)
    try DurableFile.makeFolder(folder, mode: 0o750)
    try DurableFile.write(Array(text.utf8), to: file, mode: 0o640)
    guard let command = node.inventory.notices else { return try node.state.set(.written, of: notice.number) }
    try node.state.set(.unsent, of: notice.number)
    _ = try ExternalCommand(
      command.arguments, seconds: command.seconds,
      environment: ["WIS_NOTICE": notice.name, "WIS_TENANT": tenant, "WIS_SUBPROCESSOR": notice.processor]
    ).run(input: file)
    try node.state.set(.sent, of: notice.number)
  }

  /// Where the file of a notice is.
  public func path(of notice: StoredNotice) -> String {
    let words = notice.processor.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    return "\(folder)/\(notice.name)-\(notice.madeAt.prefix(10))-\(words.joined(separator: "-").prefix(60)).txt"
  }

  /// Records a sub-processor's word that it followed: the hash of its evidence and the time.
  public func confirm(_ processor: String, evidence path: String, certificate: String?) throws -> StoredConfirmation {
    let known = Set(policy.subProcessors.map(\.name) + (try node.state.notices(of: tenant).map(\.processor)))
    guard known.contains(processor) else {
      throw AgentError.unknownSubprocessor(processor, tenant: tenant, known: known.sorted())
    }
    if let certificate {
      guard try node.state.certificate(certificate).tenant == tenant else { throw AgentError.noCertificate(certificate) }
    }
    let evidence = try DurableFile.read(path)
    guard !evidence.isEmpty else { throw AgentError.file(path: path, problem: "is empty and confirms nothing") }
    let confirmation = StoredConfirmation(
      tenant: tenant, processor: processor, certificate: certificate, evidence: Hash(of: evidence).hex, at: node.now().description)
    try node.state.insert(confirmation)
    return confirmation
  }
}
