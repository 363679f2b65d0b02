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
    keys = try IssuerKeys(in: KeyFolder(path: node.inventory.keys, environment: environment), origin: node.inventory.logOrigin)
  }

  /// What an export left behind.
  public struct Result {
    /// The package.
    public let file: PackageFile
    /// The signed statement about it.
    public let statement: String
  }

  /// Writes the package to a folder or a new file, and the statement beside it.
  public func write(
    _ extent: ReturnScope.Extent, nature: Nature?, for recipient: Recipient?, to out: String, progress: @escaping (String) -> Void
  ) throws -> Result {
    let store = try node.store(of: tenant, access: .look)
    let request = ExportRequest(
      policy: tenant, extent: extent, nature: nature, day: try node.today(of: tenant), tool: "wis \(Program.version)")
    let file = try PackageFile.write(
      request, from: store, for: recipient, to: out,
      accept: { path in
        // A package without its statement would be half a return.
        let statement = Self.statementPath(of: path)
        if FileManager.default.fileExists(atPath: statement) { throw PortabilityError.exists(path: statement) }
      }, progress: progress)
    let statement = Self.statementPath(of: file.path)
    try DurableFile.create(Array(try signed(file).utf8), at: statement, mode: 0o600)
    return Result(file: file, statement: statement)
  }

  /// Compares a package with the tenant's data as it is now.
  public func compare(_ package: VerifiedPackage, progress: @escaping (String) -> Void) throws -> [String] {
    try PackageComparison(of: package, with: tenant, in: try node.store(of: tenant, access: .look), progress: progress).differences
  }

  /// `teruggave-….bewijs.json` beside `teruggave-….zip`, whatever ending the file has.
  private static func statementPath(of path: String) -> String {
    let endings = [".age", ".gpg", ".zip"]
    let stem = endings.reduce(path) { $0.hasSuffix($1) ? String($0.dropLast($1.count)) : $0 }
    return stem + ".bewijs.json"
  }

  /// What is said about the file, as JSON with a compact JWS over exactly that.
  private func signed(_ file: PackageFile) throws -> String {
    let evidence = file.summary.evidence
    let statement = JSONValue.object(present: [
      "v": 1, "type": "teruggave-bewijs", "name": .string(file.summary.name),
      "file": .string((file.path as NSString).lastPathComponent.precomposedStringWithCanonicalMapping), "bytes": .integer(file.size),
      "sha256": .string(file.sha256), "archiveBytes": .integer(file.archiveSize), "archiveSha256": .string(file.archiveSHA256),
      "recipient": file.recipient.map(JSONValue.string), "export": .string(evidence.export),
      "issuer": .string(node.inventory.issuer.name.precomposedStringWithCanonicalMapping),
      "agreement": .string(tenant.agreement.name), "engine": .string(evidence.engine), "extent": .string(evidence.scope.extent),
      "nature": .string(evidence.scope.nature), "tables": .integer(Int64(evidence.tables.count)),
      "rows": .integer(Int64(evidence.tables.reduce(0) { $0 + $1.writtenRows })), "files": .integer(Int64(evidence.files.written)),
      "missingFiles": .integer(Int64(evidence.files.missing)), "complete": .bool(!evidence.isIncomplete),
      "written": .string(node.now().description),
    ])
    let leaf = keys.signing.certificate
    let header: JSONValue = [
      "alg": "ES256", "cty": "application/json", "iat": .integer(Int64(node.now().seconds)), "kid": .string(leaf.publicKey.thumbprint),
      "typ": "teruggave+jws", "x5c": [.string(leaf.der.base64)],
    ]
    let jws = try CompactJWS(header: try header.canonical(), payload: try statement.canonical(), signer: keys.signing.signer)
    return try JSONValue.object(["statement": statement, "jws": .string(jws.text)]).canonicalText() + "\n"
  }
}
