public import Enforcement
public import Retention

extension Node {
  /// The files and folders of the node and of a tenant's database, which no row can name for removal.
  func ownFiles(of tenant: TenantPolicy) -> [String] {
    var own = [home, inventory.state, inventory.keys, inventory.trust, inventory.log, inventory.policies]
    if case .sqlite(let path) = tenant.tenant.store.database { own.append(path) }
    return own
  }

  /// Looks at the files that rows of a plan name, changing nothing.
  public func survey(filesOf plan: Plan, of tenant: TenantPolicy) throws -> FileSurvey {
    try FileSurvey(of: plan, in: try store(of: tenant, access: .look), own: ownFiles(of: tenant))
  }
}

extension FileSurvey {
  /// Why the files could not be removed, if so.
  public func problem(of tenant: String) -> (any Error)? {
    for root in roots {
      if let problem = root.problem { return problem }
      if root.unreachable > 0 {
        return AgentError.unreachableFiles(tenant: tenant, root: root.name, files: root.unreachable, reason: root.reason)
      }
    }
    return nil
  }
}
