/// Why the data had to go.
public struct Basis: Hashable, Sendable {
  /// What made it due.
  public enum Kind: String, CaseIterable, Sendable {
    /// A retention rule.
    case rule
    /// A written instruction of the controller.
    case instruction
    /// The end of the service.
    case end
    /// An erasure request of a data subject.
    case request
    /// A court's order.
    case court
    /// An earlier erasure, which a restored backup had undone. The certificate follows the one of that erasure.
    case restore
  }

  /// A rule of the policy and the clause it comes from.
  public struct Rule: Hashable, Sendable {
    /// The rule's name in the policy.
    public let rule: Label
    /// The clause.
    public let clause: Label

    /// A rule with its clause.
    public init(rule: Label, clause: Label) {
      self.rule = rule
      self.clause = clause
    }
  }

  /// What made it due.
  public let kind: Kind
  /// The rules that were applied.
  public let rules: [Rule]
  /// The policy's version.
  public let policyVersion: Label
  /// The policy's digest.
  public let policyDigest: Hash
  /// The legal ground, as in `GDPR art. 5(1)(e)`.
  public let ground: Label
  /// The hash of the written instruction, request or order.
  public let instruction: Hash?

  /// A basis. Anything but a retention rule or the end of the service rests on a written instruction, whose hash is required.
  public init(
    kind: Kind, rules: [Rule], policyVersion: Label, policyDigest: Hash, ground: Label, instruction: Hash? = nil
  ) throws(EvidenceError) {
    switch kind {
    case .rule, .end, .restore: break
    case .instruction, .request, .court:
      guard instruction != nil else {
        throw .unexpected(path: "$.basis.instruction", expected: "the hash of the written instruction", found: "nothing")
      }
    }
    self.kind = kind
    self.rules = rules
    self.policyVersion = policyVersion
    self.policyDigest = policyDigest
    self.ground = ground
    self.instruction = instruction
  }

  init(_ node: JSONNode) throws(EvidenceError) {
    try node.requireMembers(["kind", "rules", "policy", "ground"], optional: ["instruction"])
    let policy = node["policy"]
    try policy.requireMembers(["version", "sha256"])
    try self.init(
      kind: try node["kind"].choice(),
      rules: try node["rules"].list { (node) throws(EvidenceError) in
        try node.requireMembers(["rule", "clause"])
        return Rule(rule: try node["rule"].parsed(Label.init), clause: try node["clause"].parsed(Label.init))
      },
      policyVersion: try policy["version"].parsed(Label.init),
      policyDigest: try policy["sha256"].parsed(Hash.init(hex:)),
      ground: try node["ground"].parsed(Label.init),
      instruction: try node["instruction"].ifPresent?.parsed(Hash.init(hex:)))
  }

  var json: JSONValue {
    .object(present: [
      "kind": .string(kind.rawValue),
      "rules": .array(rules.map { ["rule": .string($0.rule.text), "clause": .string($0.clause.text)] }),
      "policy": ["version": .string(policyVersion.text), "sha256": .string(policyDigest.hex)],
      "ground": .string(ground.text),
      "instruction": instruction.map { .string($0.hex) },
    ])
  }
}
