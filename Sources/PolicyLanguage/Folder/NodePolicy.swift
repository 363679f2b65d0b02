public import Retention

/// An inventory with the policies of its tenants: all that a node is told.
public struct NodePolicy: Sendable {
  /// The inventory.
  public let inventory: Inventory
  /// The policy of each tenant, in the order of the inventory.
  public let tenants: [TenantPolicy]
  /// What is doubtful, over all files.
  public let warnings: [Complaint]

  /// Reads the inventory and every file that it refers to, and checks that they fit each other.
  ///
  /// `read` gives the text of a file; `resolve` turns a path as it stands in the inventory into one that `read` and the
  /// databases take; `sources` looks into the places that tenants are taken from. All complaints of all files are reported at once; a file that cannot be read is reported where it is named.
  public static func load(
    inventoryAt path: String, resolve: @escaping (String) -> String = { $0 }, sources: TenantSources,
    read: @escaping (String) throws -> String
  ) throws(PolicyError) -> NodePolicy {
    let text: String
    do {
      text = try read(path)
    } catch {
      throw .unreadable(path: path, reason: "\(error)")
    }
    var folder: PolicyFolder?
    let inventory: PolicyFile<Inventory>
    do throws(PolicyError) {
      inventory = try Inventory.read(text, file: path, resolve: resolve, sources: sources) { policies, library in
        let known = folder ?? PolicyFolder(path: policies, read: read)
        folder = known
        return known.library(library)
      }
    } catch {
      // A rule may be refused because the library it refers to is: then both are shown.
      guard case .refused(let complaints) = error else { throw error }
      throw .refused(Set(complaints + (folder?.errors ?? [])).sorted())
    }
    let policies = folder ?? PolicyFolder(path: inventory.content.policies, read: read)
    let match = TenantMatch(inventory: inventory, folder: policies)
    let tenants = match.policies(of: inventory.content.tenants)
    let errors = match.complaints.errors + policies.errors + match.elsewhere
    guard errors.isEmpty else { throw .refused(Set(errors).sorted()) }
    let warnings = inventory.warnings + policies.warnings + match.complaints.warnings
    return NodePolicy(inventory: inventory.content, tenants: tenants, warnings: Set(warnings).sorted())
  }
}
