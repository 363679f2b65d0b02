import Retention

/// Whose files lie where. When a row goes its file goes, unless another row of the same database names it: rows of another
/// database are not asked, so no two databases can have files in one folder.
struct FileRootOwners {
  private var owners: [[Substring]: ReadTenant] = [:]
  private var refused: Set<Place> = []

  /// Refuses folders with files of two databases.
  static func refuseShared(among tenants: [ReadTenant]) {
    var owners = FileRootOwners()
    for tenant in tenants { owners.add(tenant) }
    for tenant in tenants { owners.checkParents(of: tenant) }
  }

  private mutating func add(_ tenant: ReadTenant) {
    for (_, path) in tenant.tenant.fileRoots.sorted(by: { $0.key < $1.key }) {
      let place = Self.names(path)
      if let earlier = owners[place] { refuse(tenant, path, earlier) } else { owners[place] = tenant }
    }
  }

  private mutating func checkParents(of tenant: ReadTenant) {
    for (_, path) in tenant.tenant.fileRoots.sorted(by: { $0.key < $1.key }) {
      let place = Self.names(path)
      for length in place.indices { if let outer = owners[Array(place[..<length])] { refuse(tenant, path, outer) } }
    }
  }

  private mutating func refuse(_ tenant: ReadTenant, _ path: String, _ other: ReadTenant) {
    let (own, its) = (tenant.tenant.store, other.tenant.store)
    guard own.database != its.database || own.schema != its.schema, let roots = tenant.block.optional("file-roots"),
      refused.insert(roots.place).inserted
    else { return }
    roots.complaints.refuse(
      path, at: roots.place,
      "tenant '\(other.tenant.id)' has files in this folder too, and another database; give each tenant a folder of its own, "
        + "or rows of the one would take files of the other along")
  }

  private static func names(_ path: String) -> [Substring] { path.split(separator: "/").filter { $0 != "." } }
}
