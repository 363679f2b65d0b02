public import Retention

/// `wis run`: looks after every tenant in turn. One tenant's trouble never keeps the others from their turn.
public struct NodeRun {
  private let node: Node
  private let issuer: Issuer
  private let program = Program()
  private let remembersRows: Bool
  private let progress: (String) -> Void

  /// A run on a node. `progress` hears lines for people. `remembersRows` asks for tombstones of everything that goes, also of
  /// what the rules would erase again anyway.
  public init(
    node: Node, environment: [String: String], remembersRows: Bool = false, progress: @escaping (String) -> Void
  ) throws {
    self.remembersRows = remembersRows
    self.node = node
    self.issuer = try Issuer(node: node, environment: environment)
    self.progress = progress
  }

  /// Looks after tenants and tells what came of each.
  public func run(_ tenants: [TenantPolicy]) throws -> [TenantReport] {
    if StopFile(of: node).isSet { throw AgentError.stopped(path: StopFile(of: node).path) }
    let reports = tenants.map { tenant in report(tenant) { try $0.run() } }
    let isClockSound = !reports.contains { if case .clock = $0.result { true } else { false } }
    let hasLooked = reports.contains { $0.findings != nil }
    if isClockSound && hasLooked { try node.state.remember(node.now().description, as: "last-run") }
    return reports
  }

  /// Applies one plan of one tenant.
  public func apply(_ digest: String, of tenant: TenantPolicy) throws -> TenantReport {
    if StopFile(of: node).isSet { throw AgentError.stopped(path: StopFile(of: node).path) }
    return report(tenant) { try $0.apply(digest) }
  }

  private func report(_ tenant: TenantPolicy, _ act: (TenantRun) throws -> TenantReport) -> TenantReport {
    let run = TenantRun(node: node, policy: tenant, issuer: issuer, program: program, remembersRows: remembersRows, progress: progress)
    do {
      return try act(run)
    } catch let error as AgentError where error.isTenantBusy {
      // The tenant's state is the other agent's to tell.
      return TenantReport(tenant: tenant.tenant.id, result: .failed(error), findings: nil, certificates: [])
    } catch {
      let report = TenantReport(tenant: tenant.tenant.id, result: .failed(error), findings: nil, certificates: [])
      do {
        try node.state.set(
          TenantStatus(
            tenant: report.tenant, lastRunAt: node.now().description, result: report.word, policy: nil, oldestDue: nil, counts: "{}"))
        return report
      } catch {
        // The state store itself fails: that is what must be told.
        return TenantReport(tenant: report.tenant, result: .failed(error), findings: nil, certificates: [])
      }
    }
  }
}
