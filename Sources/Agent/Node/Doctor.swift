import Enforcement
import Evidence
import Foundation
import PolicyLanguage
import Retention
import Stores

/// Looks whether a node is fit to work, and says of each thing what it found.
public struct Doctor {
  private let node: Node
  private let environment: [String: String]

  /// What was found about one thing.
  public struct Finding {
    /// The thing.
    public let subject: String
    /// How it is.
    public let state: State

    /// How a thing is.
    public enum State {
      case sound(String)
      case wrong(String)
      case failed(any Error)
    }

    /// Whether nothing needs to be done about it.
    public var isSound: Bool {
      if case .sound = state { true } else { false }
    }
  }

  /// A doctor for a node.
  public init(node: Node, environment: [String: String]) {
    self.node = node
    self.environment = environment
  }

  /// Examines everything; one trouble does not hide the others.
  public func examine() -> [Finding] {
    let inventory = node.inventory
    var findings = [
      look("policies") { .sound("tenants: \(node.policy.tenants.count), warnings: \(node.policy.warnings.count)") },
      look("state store \(inventory.state)") { try permissions(of: inventory.state) },
      look("keys \(inventory.keys)", keys),
      look("log \(inventory.log)") {
        let audit = try LogAudit(of: PublishedLog(folder: inventory.log), key: TrustFolder(folder: inventory.trust).log)
        return .sound("\(audit.checkpoint.checkpoint.size) entries, verified")
      },
      look("disk", disk), look("clock", clock),
    ]
    for tenant in node.policy.tenants { findings.append(look("tenant \(tenant.tenant.id)") { try database(of: tenant) }) }
    return findings
  }

  private func look(_ subject: String, _ act: () throws -> Finding.State) -> Finding {
    do { return Finding(subject: subject, state: try act()) } catch { return Finding(subject: subject, state: .failed(error)) }
  }

  private func permissions(of path: String) throws -> Finding.State {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    guard let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue else { return .wrong("its permissions cannot be read") }
    return mode & 0o077 == 0 ? .sound("readable by its owner alone") : .wrong("accessible to others; run: chmod 600 \(path)")
  }

  private func keys() throws -> Finding.State {
    let keys = try node.issuerKeys(environment: environment)
    let now = Moment(seconds: Int64(node.now().seconds))
    let last = keys.signing.certificate.notAfter
    guard now <= last else { return .wrong("the signing certificate ended on \(last); run: wis key rotate") }
    guard last.seconds - now.seconds > 30 * 86_400 else { return .wrong("the signing certificate ends on \(last); run: wis key rotate") }
    return .sound("the signing certificate is valid until \(last)")
  }

  /// Erasing needs room for journals.
  private func disk() throws -> Finding.State {
    let attributes = try FileManager.default.attributesOfFileSystem(forPath: node.home)
    guard let free = (attributes[.systemFreeSize] as? NSNumber)?.int64Value else { return .wrong("the free space cannot be read") }
    let megabytes = free / 1_048_576
    return megabytes >= 100 ? .sound("\(megabytes) MiB free") : .wrong("only \(megabytes) MiB free in \(node.home); make room")
  }

  private func clock() throws -> Finding.State {
    let last = try node.state.value(of: "last-run").flatMap { Instant($0) }
    guard let brake = ClockBrake.tripped(now: node.now(), lastRun: last, server: nil, node.inventory.brakes) else {
      return .sound(node.now().description)
    }
    switch brake {
    case .behind(let last): return .wrong("\(node.now()), behind the last run (\(last))")
    case .ahead(let last, let days): return .wrong("\(node.now()), more than \(days) days after the last run (\(last))")
    case .disagrees(let server, _): return .wrong("\(node.now()), the server says \(server)")
    }
  }

  private func database(of tenant: TenantPolicy) throws -> Finding.State {
    let store = try node.store(of: tenant, access: .look)
    let decision = try TenantDecision(policy: tenant, schema: try store.schema(), today: node.today(of: tenant), holds: [])
    if let server = try store.serverClock(),
      ClockBrake.tripped(now: node.now(), lastRun: nil, server: server, node.inventory.brakes) != nil
    {
      return .wrong("the server's clock says \(server), the node's \(node.now())")
    }
    try FileRoots(tenant.map.fileRoots, of: tenant, own: node.ownFiles(of: tenant)).require()
    guard decision.gaps.isEmpty else { return .wrong("\(decision.gaps.count) tables or columns that nobody classified; see wis map check") }
    for party in [node.inventory.issuer, tenant.tenant.controller] where party.kvk == nil {
      return .wrong("\(party.name) has no 'kvk:' in wis.yaml, so nothing can be certified and nothing is erased")
    }
    let rights = try store.missingRights(for: decision)
    guard rights.isEmpty else { return .wrong("the account lacks what a run needs, on \(rights.joined(separator: ", "))") }
    let unindexed = decision.unindexedReferences
    guard unindexed.isEmpty else {
      let felt = Plan(decision: decision, census: try store.census(of: decision)).missingIndexes
      let names = unindexed.map(\.description).joined(separator: ", ")
      return .wrong(
        felt.isEmpty
          ? "no index serves \(names); add one, or erasing will be slow"
          : "\(felt.map(\.description).joined(separator: "; ")); add an index on those columns")
    }
    let unnamed = tenant.tenant.backups.isEmpty ? "; no backups named: a restored copy would bring back what was erased at request" : ""
    return .sound("\(store.engine), \(decision.schema.tables.count) tables\(unnamed)")
  }
}
