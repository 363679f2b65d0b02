import Evidence
import Foundation
public import Portability
public import Retention

/// `wis export`: writes a package of a tenant's data, and a signed statement about the file beside it.
public struct TenantExport {
  private let node: Node
  private let tenant: TenantPolicy
  private let keys: IssuerKeys

  /// An export of a tenant's data.
  public init(node: Node, tenant: TenantPolicy, environment: [String: String]) throws {
    self.node = node
    self.tenant = tenant
    keys = try node.issuerKeys(environment: environment)
  }

  /// What an export left behind.
  public struct Result {
    /// The package.
    public let file: PackageFile
    /// The signed statement about it.
    public let statement: String
  }

  /// Writes the package to a folder or a new file, and the statement beside it. `announce` is told of both when they are complete, before
  /// the first of them stands there.
  public func write(
    _ extent: ReturnScope.Extent, nature: Nature?, copies: [ReadingCopy] = [], for recipient: Recipient?, to out: String,
    announce: (PackageFile, ReturnStatement) throws -> Void = { _, _ in }, progress: @escaping (String) -> Void
  ) throws -> Result {
    let store = try node.store(of: tenant, access: .look)
    let request = ExportRequest(
      policy: tenant, extent: extent, nature: nature, copies: copies, day: try node.today(of: tenant), tool: "wis \(Program.version)")
    return try withoutActuallyEscaping(announce) { announce in
      let beside = PackageStatement { path in
        let statement = ReturnStatement.path(beside: path)
        if FileManager.default.fileExists(atPath: statement) { throw PortabilityError.exists(path: statement) }
      } create: { file in
        let statement = try ReturnStatement(about: file, of: tenant, on: node, keys: keys)
        try announce(file, statement)
        try statement.write(to: ReturnStatement.path(beside: file.path))
      } removal: { path, unfinished in
        try ReturnStatement.remove(beside: path, about: unfinished)
      }
      let file = try PackageFile.write(request, from: store, for: recipient, to: out, with: beside, progress: progress)
      return Result(file: file, statement: ReturnStatement.path(beside: file.path))
    }
  }

  /// Compares a package with the tenant's data as it is now.
  public func compare(_ package: VerifiedPackage, progress: @escaping (String) -> Void) throws -> [String] {
    try node.compare(package, with: tenant, progress: progress)
  }
}

extension Node {
  /// The extent of a person's own export. Fails when the tenant knows nobody so, or more than one.
  public func extent(about person: SubjectReference, in tenant: TenantPolicy) throws -> ReturnScope.Extent {
    .subject(type: person.kind, value: person.value, key: try key(of: person, in: tenant))
  }

  /// What differs between a package and a tenant's data as it is now.
  func compare(_ package: VerifiedPackage, with tenant: TenantPolicy, progress: @escaping (String) -> Void) throws -> [String] {
    try PackageComparison(
      of: package, with: tenant, in: try store(of: tenant, access: .look),
      person: { try key(of: SubjectReference(kind: $0, value: $1), in: tenant) }, progress: progress
    ).differences
  }
}
