import Evidence
public import Retention
import Stores

/// The places with copies of a tenant's data, each looked at once.
final class BackupPlaces {
  private let node: Node
  private let policy: TenantPolicy
  private var listings: [String: Result<CopyListing, AgentError>] = [:]

  /// What became of the copies at a place that could hold certain erased records.
  enum State {
    /// Somebody looked after the term was over, and none is there.
    case gone
    /// The term still runs, or nobody can look.
    case open
    /// They should be gone, and that is not what was found.
    case problem(AgentError)
  }

  init(node: Node, policy: TenantPolicy) {
    self.node = node
    self.policy = policy
  }

  private var tenant: String { policy.tenant.id }

  /// Remembers of each place that copies were seen there: an empty place that never had any says nothing. Gives what could not
  /// be looked at.
  func rememberWhatIsSeen() throws -> [any Error] {
    var problems: [any Error] = []
    for backup in policy.tenant.backups where try backup.source != nil && !wasSeen(backup.name) {
      do { _ = try listing(of: backup) } catch { problems.append(error) }
    }
    return problems
  }

  /// What became of the copies that could hold what was erased at a moment.
  func state(of name: String, erasedAt moment: Moment, certificate: String) throws -> State {
    guard let backup = policy.tenant.backups.first(where: { $0.name == name }), backup.source != nil else { return .open }
    let zone = try ZoneRules(named: policy.agreement.timeZone, for: policy.agreement.name)
    guard let day = zone.day(Instant(seconds: Int(moment.seconds))), let last = backup.lastDay(ofCopyFrom: day),
      try last < node.today(of: policy)
    else { return .open }
    do {
      let copies = try listing(of: backup).copies ?? []
      if let copy = copies.first(where: { $0.mayHold(erasedOn: day) }) {
        return .problem(.lingeringCopy(tenant: tenant, backup: name, copy: copy.name, certificate: certificate))
      }
      return try wasSeen(name) ? .gone : .problem(.noCopySeen(tenant: tenant, backup: name))
    } catch let error as AgentError {
      return .problem(error)
    }
  }

  /// Whether no copy at any place can hold what was erased at a moment: every term is over, and no copy is left where somebody
  /// can look.
  func areOver(since moment: Moment) throws -> Bool {
    let zone = try ZoneRules(named: policy.agreement.timeZone, for: policy.agreement.name)
    guard let day = zone.day(Instant(seconds: Int(moment.seconds))) else { return false }
    let today = try node.today(of: policy)
    for backup in policy.tenant.backups {
      guard let last = backup.lastDay(ofCopyFrom: day), last < today else { return false }
    }
    return try policy.tenant.backups.allSatisfy { backup in
      !(try listing(of: backup).copies ?? []).contains { $0.mayHold(erasedOn: day) }
    }
  }

  private func listing(of backup: Tenant.Backup) throws -> CopyListing {
    if let known = listings[backup.name] { return try known.get() }
    let zone = try ZoneRules(named: policy.agreement.timeZone, for: policy.agreement.name)
    let result = Result { () throws(AgentError) in try CopyListing(of: backup, zone: zone) }
    listings[backup.name] = result
    let listing = try result.get()
    if !(listing.copies ?? []).isEmpty { try node.state.remember(node.now().description, as: mark(backup.name)) }
    return listing
  }

  private func wasSeen(_ name: String) throws -> Bool { try node.state.value(of: mark(name)) != nil }

  private func mark(_ name: String) -> String { "copies of \(tenant) at \(name)" }
}

extension Node {
  /// What is kept at each place with copies of a tenant's data, or why it cannot be looked at.
  public func copies(of tenant: TenantPolicy) throws -> [Result<CopyListing, AgentError>] {
    let zone = try ZoneRules(named: tenant.agreement.timeZone, for: tenant.agreement.name)
    return tenant.tenant.backups.map { backup in Result { () throws(AgentError) in try CopyListing(of: backup, zone: zone) } }
  }
}
