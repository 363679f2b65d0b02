public import Enforcement
internal import PolicyLanguage
public import Retention

extension Node {
  /// The files and folders of the node and of all tenants' databases, which no row can name for removal, and none of which can be
  /// where a tenant's files are. Empty for a tenant without files.
  func ownFiles(of tenant: TenantPolicy) -> [String] {
    guard !tenant.tenant.fileRoots.isEmpty else { return [] }
    let folders = [
      "archive-keys", "archives", "certificates", "locks", "log.lock", "notices", "openings", "run-keys", "stop", "subject-keys",
    ]
    let databases = policy.tenants.compactMap { one -> String? in
      if case .sqlite(let path) = one.tenant.store.database { path } else { nil }
    }
    return folders.map { "\(home)/\($0)" } + [inventory.state, inventory.keys, inventory.trust, inventory.log, inventory.policies]
      + databases
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
