import Enforcement
import Evidence
import Retention

extension EndDesk {
  /// How the data is returned, where the person at the desk says so now.
  public struct Way {
    /// Where the package goes; nil is what was said with the choice.
    public var out: String?
    /// To whom it is encrypted; nil likewise.
    public var encryptTo: String?
    /// Whether it may lack files that rows name and that are not there.
    public var mayBeIncomplete = false

    /// What was said with the choice.
    public init() {}
  }

  /// Takes every step that can be taken now and needs no person: tells the sub-processors, returns the data, plans its destruction,
  /// destroys it when somebody consented, and follows up on the copies. Gives what the run did; nil when none was needed.
  public func advance(_ way: Way, environment: [String: String], progress: @escaping (String) -> Void) throws -> TenantReport? {
    try requireEnd()
    if case .open = try state(of: .notify) {
      if let problem = try NoticeDesk(node: node, policy: policy).serve().problems.first { throw problem }
    }
    if case .open = try state(of: .handOver) {
      let choice = try node.offboardingLog(of: tenant).choice?.facts
      if let out = way.out ?? choice?.out {
        try handOver(
          to: out, encryptTo: way.encryptTo ?? choice?.encryptTo, mayBeIncomplete: way.mayBeIncomplete, environment: environment,
          progress: progress)
      }
    }
    switch try state(of: .approve) {
    case .blocked: return nil
    case .open, .done, .notAsked:
      return try NodeRun(node: node, environment: environment, progress: progress).run([policy]).first
    }
  }

  private func state(of step: OffboardingStep) throws -> Offboarding.State {
    guard let offboarding = try node.offboarding(of: policy) else { throw refusal("its contract has no end") }
    return offboarding.state(of: step)
  }
}

extension Node {
  /// Remembers at the end of a run whether anything is left of a tenant whose contract has ended, and that nothing is left to
  /// be done.
  func settleOffboarding(of tenant: TenantPolicy, _ findings: Findings) throws {
    guard let ended = tenant.tenant.contract.ended, try ended < today(of: tenant) else { return }
    let id = tenant.tenant.id
    let log = try offboardingLog(of: id)
    let isEmpty = findings.recordsLeft == 0
    if isEmpty, log.emptied == nil { try record(.emptied, of: id) }
    if !isEmpty, log.emptied != nil { try record(.found, of: id) }
    if case .open? = try offboarding(of: tenant)?.state(of: .close) { try record(.closed, of: id) }
  }
}
