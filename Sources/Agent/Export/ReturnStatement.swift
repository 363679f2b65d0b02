public import Evidence
import Foundation
public import Portability
import Retention

/// `teruggave-….bewijs.json`: what the issuer says about a package, as JSON with a compact JWS over exactly that.
public struct ReturnStatement {
  private let text: String
  private let statement: JSONValue
  private let jws: CompactJWS

  private static let type = "teruggave+jws"

  /// Signs what is said about a file that was written.
  init(about file: PackageFile, of tenant: TenantPolicy, on node: Node, keys: IssuerKeys) throws {
    let evidence = file.summary.evidence
    statement = JSONValue.object(present: [
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
      "typ": .string(Self.type), "x5c": [.string(leaf.der.base64)],
    ]
    jws = try CompactJWS(header: try header.canonical(), payload: try statement.canonical(), signer: keys.signing.signer)
    text = try JSONValue.object(["statement": statement, "jws": .string(jws.text)]).canonicalText() + "\n"
  }

  /// Reads a statement. Nothing is believed yet.
  public init(path: String) throws(EvidenceError) {
    let bytes = try DurableFile.read(path)
    text = String(decoding: bytes, as: UTF8.self)
    let node = JSONNode(try JSONValue(canonical: bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes))
    try node.requireMembers(["statement", "jws"])
    guard let statement = node["statement"].value else { throw node["statement"].wrong("an object") }
    self.statement = statement
    jws = try node["jws"].parsed { (text) throws(EvidenceError) in try CompactJWS(parsing: text) }
  }

  /// Writes it beside the package.
  func write(to path: String) throws(EvidenceError) { try DurableFile.create(Array(text.utf8), at: path, mode: 0o600) }

  /// The SHA-256 of its text.
  var sha256: String { Hash(of: Array(text.utf8)).hex }

  /// Removes the statement beside a package's path if it is about just the bytes that stand under another name, and leaves any other.
  static func remove(beside path: String, about unfinished: String) throws {
    let name = Self.path(beside: path)
    // What is no statement of this program, or cannot be read, is somebody's: it stays, and the export that finds it there is refused.
    guard let found = try? Self(path: name), JSONNode(found.statement)["sha256"].value == .string(try FileDigest.sha256(of: unfinished))
    else { return }
    try KeyFile.destroy(name)
  }

  /// `teruggave-….bewijs.json` beside `teruggave-….zip`, whatever ending the file has.
  public static func path(beside package: String) -> String {
    let endings = [".age", ".gpg", ".zip"]
    let stem = endings.reduce(package) { $0.hasSuffix($1) ? String($0.dropLast($1.count)) : $0 }
    return stem + ".bewijs.json"
  }

  /// Who signed, as far as that is known.
  public struct Signature {
    /// The issuer as the statement names it.
    public let issuer: String
    /// The thumbprint of the signing key.
    public let key: String
    /// Whether the key was traced to a root that is trusted.
    public let isTraced: Bool
  }

  /// Checks the signature, and each thing that is said against the package.
  ///
  /// - Parameter trust: where the key must come from; without it only the key that the statement brings along is asked.
  /// - Returns: what was found, and the signature when it holds.
  public func check(_ package: VerifiedPackage, trust: TrustFolder?) throws -> (VerifiedPackage.Finding, Signature?) {
    let signature: Signature
    do {
      signature = try signed(trust)
    } catch {
      return (.init(step: "statement", checked: 1, problems: ["its signature does not hold: \(error)"]), nil)
    }
    var said: [(name: String, found: JSONValue)] = [
      ("type", "teruggave-bewijs"), ("export", .string(package.evidence.export)), ("agreement", .string(package.evidence.agreement)),
      ("engine", .string(package.evidence.engine)), ("extent", .string(package.evidence.scope.extent)),
      ("nature", .string(package.evidence.scope.nature)), ("tables", .integer(Int64(package.evidence.tables.count))),
      ("rows", .integer(Int64(package.evidence.tables.reduce(0) { $0 + $1.writtenRows }))),
      ("files", .integer(Int64(package.evidence.files.written))), ("missingFiles", .integer(Int64(package.evidence.files.missing))),
    ]
    if let measure = try package.measure() {
      said += [
        ("name", .string(package.name)), ("bytes", .integer(measure.bytes)), ("sha256", .string(measure.sha256)),
        ("archiveBytes", .integer(measure.archiveBytes)), ("archiveSha256", .string(measure.archiveSHA256)),
      ]
    }
    let node = JSONNode(statement)
    let wrong = said.filter { node[$0.name].value != $0.found }
    let problems = wrong.map { "it is about another package: its \($0.name) is not that of this one" }
    return (.init(step: "statement", checked: said.count + 1, problems: problems), signature)
  }

  private func signed(_ trust: TrustFolder?) throws(EvidenceError) -> Signature {
    guard try statement.canonical() == jws.payload else {
      throw .refused(what: "statement", reason: "what can be read in it is not what was signed")
    }
    let header = JSONNode(try JSONValue(canonical: jws.header))
    try header.requireMembers(["alg", "cty", "iat", "kid", "typ", "x5c"])
    let chain = try header["x5c"].elements()
    guard chain.count == 1 else { throw header["x5c"].wrong("one certificate", found: "\(chain.count)") }
    let leaf = try chain[0].parsed { (text) throws(EvidenceError) in
      guard let der = Data(base64Encoded: text) else { throw .malformed(what: "base64", problem: "another text") }
      return try IdentityCertificate(der: Array(der))
    }
    for (name, value) in [("alg", "ES256"), ("typ", Self.type), ("kid", leaf.publicKey.thumbprint)] {
      guard try header[name].string() == value else { throw header[name].wrong(value, found: "another value") }
    }
    try jws.verify(leaf.publicKey)
    try leaf.verifyDocumentSigning()
    if let trust { try trust.root.verifyChain(of: leaf, at: Moment(seconds: try header["iat"].integer())) }
    return Signature(issuer: try JSONNode(statement)["issuer"].string(), key: leaf.publicKey.thumbprint, isTraced: trust != nil)
  }
}
