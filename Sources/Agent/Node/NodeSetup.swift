import Enforcement
public import Evidence
import Foundation
public import PolicyLanguage
import Retention

/// Makes a new node in a folder: configuration, policies, keys, state store, log and public anchors.
///
/// Nothing is written before the configuration has been read against the policies, and nothing that exists is replaced.
public struct NodeSetup {
  private let folder: String
  private let text: String
  private let policies: String
  private let environment: [String: String]

  /// The configuration file of the node.
  public var config: String { "\(folder)/wis.yaml" }

  /// A node in `folder`, with the text of its `wis.yaml` and a copy of a folder of policies. The text says `policies: policies`.
  public init(folder: String, configuration text: String, policies: String, environment: [String: String]) {
    self.folder = folder
    self.text = text
    self.policies = policies
    self.environment = environment
  }

  /// Makes the node and publishes the first checkpoint of its log, which holds the key manifest.
  public func make(at moment: Moment) throws -> NodePolicy {
    let inventory = try check().inventory
    try refuseExisting([config, inventory.state, inventory.keys, inventory.policies])
    // What cannot stand in a certificate is refused before anything is written.
    _ = try Evidence.LegalPerson(inventory.issuer)
    _ = try Label(inventory.node)
    try DurableFile.makeFolder(folder)
    // First, so that what is left by a power cut is known as an unfinished node.
    try DurableFile.create(Array(text.utf8), at: config, mode: 0o640)
    try copyPolicies(to: inventory.policies)
    let home = NodeFiles.folder(of: inventory.state)
    // The log, the certificates and the anchors are there to be handed out; the rest is nobody else's business.
    for path in [home, inventory.log, inventory.trust, "\(home)/certificates"] { try DurableFile.makeFolder(path) }
    for path in [inventory.keys, "\(home)/locks", "\(home)/run-keys"] { try DurableFile.makeFolder(path, mode: 0o700) }
    // SQLite gives its -wal and -shm files the permissions of the database, so the file is made before SQLite would.
    try DurableFile.create([], at: inventory.state, mode: 0o600)
    _ = try StateStore(path: inventory.state, create: true)
    let node = try Node(config: config) { Instant(seconds: Int(moment.seconds)) }
    try node.makeKeys(environment: environment)
    return node.policy
  }

  private func refuseExisting(_ paths: [String]) throws(AgentError) {
    for path in paths where FileManager.default.fileExists(atPath: path) {
      throw .file(path: path, problem: "exists: there is a node already; choose another folder")
    }
  }

  /// Reads the configuration as the node will, with the policies still where they come from.
  private func check() throws -> NodePolicy {
    let target = NodeFiles.resolved("policies", in: folder)
    return try NodePolicy.load(inventoryAt: config, resolve: { NodeFiles.resolved($0, in: folder) }, sources: .live) { path in
      if path == config { return text }
      return try NodeFiles.text(of: path.hasPrefix(target + "/") ? policies + path.dropFirst(target.count) : path)
    }
  }

  private func copyPolicies(to target: String) throws {
    for kind in ["agreements", "maps", "statutory"] {
      let source = "\(policies)/\(kind)"
      let names: [String]
      do {
        names = try FileManager.default.contentsOfDirectory(atPath: source)
      } catch {
        throw AgentError.file(path: source, problem: "could not be read; the policies come with Wis")
      }
      try DurableFile.makeFolder("\(target)/\(kind)")
      for name in names.sorted() where name.hasSuffix(".yaml") {
        try DurableFile.create(try DurableFile.read("\(source)/\(name)"), at: "\(target)/\(kind)/\(name)")
      }
    }
  }
}
