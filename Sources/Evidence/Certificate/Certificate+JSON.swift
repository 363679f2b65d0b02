extension Certificate {
  /// The document as JSON.
  public var json: JSONValue {
    .object(present: [
      "v": .integer(Self.version), "type": .string(Self.type), "id": .string(id.text),
      "log": .string(log.text), "anchor": anchor.json,
      "issuer": issuer.json, "controller": controller.json, "agreement": agreement.json,
      "basis": basis.json, "plan": .string(plan.hex), "approval": .array(approval.map(\.json)),
      "scope": scope.json, "execution": execution.json,
      "methods": .array(methods.map(\.json)), "verification": .array(verification.map(\.json)),
      "completeness": .string(completeness.rawValue), "limits": .array(limits.map(\.json)),
      "salt": .string(salt.hex), "follows": follows.map { .string($0.text) },
    ])
  }

  /// Reads a document: every member known, every value in range, and completeness and limits as the rest of it gives them.
  public init(_ json: JSONValue) throws(EvidenceError) {
    let node = JSONNode(json)
    try node.requireMembers(
      [
        "v", "type", "id", "log", "anchor", "issuer", "controller", "agreement", "basis", "plan", "approval", "scope", "execution",
        "methods", "verification", "completeness", "limits", "salt",
      ], optional: ["follows"])
    guard node["v"].value == .integer(Self.version) else { throw node["v"].wrong("version \(Self.version)", found: "another version") }
    guard node["type"].value == .string(Self.type) else { throw node["type"].wrong(Self.type, found: "another type") }
    try self.init(
      id: try node["id"].parsed { (text) throws(EvidenceError) in try CertificateID(text) }, log: try node["log"].parsed(Label.init),
      anchor: try Anchor(node["anchor"]), issuer: try LegalPerson(node["issuer"]), controller: try LegalPerson(node["controller"]),
      agreement: try AgreementReference(node["agreement"]), basis: try Basis(node["basis"]),
      plan: try node["plan"].parsed(Hash.init(hex:)), approval: try node["approval"].list(Approval.init),
      scope: try Scope(node["scope"]), execution: try Execution(node["execution"]),
      methods: try node["methods"].list(Method.init), verification: try node["verification"].list(Check.init),
      salt: try node["salt"].parsed(Hash.init(hex:)),
      follows: try node["follows"].ifPresent?.parsed { (text) throws(EvidenceError) in try CertificateID(text) })
    // What is computed must be what was signed: nobody claims more than the rest of the document gives.
    guard node["completeness"].value == .string(completeness.rawValue) else {
      throw node["completeness"].wrong(completeness.rawValue, found: "another word")
    }
    guard node["limits"].value == .array(limits.map(\.json)) else {
      throw node["limits"].wrong("the limits that apply", found: "other limits")
    }
  }

  /// Reads the exact bytes that were signed.
  public init(canonical bytes: [UInt8]) throws(EvidenceError) {
    try self.init(try JSONValue(canonical: bytes))
  }
}
