/// A published state of the log.
public struct Anchor: Hashable, Sendable {
  /// The number of entries then.
  public let size: Int64
  /// The root then.
  public let root: Hash

  /// An anchor at a checkpoint.
  public init(_ checkpoint: Checkpoint) {
    size = checkpoint.size
    root = checkpoint.root
  }

  init(_ node: JSONNode) throws(EvidenceError) {
    try node.requireMembers(["size", "root"])
    size = try node["size"].count()
    root = try node["root"].parsed(Hash.init(hex:))
  }

  var json: JSONValue { ["size": .integer(size), "root": .string(root.hex)] }
}

/// The agreement and the clauses of it that were carried out.
public struct AgreementReference: Hashable, Sendable {
  /// The agreement's name.
  public let name: Label
  /// Its version or date.
  public let version: Label
  /// The clauses carried out.
  public let clauses: [Label]

  /// A reference to an agreement.
  public init(name: Label, version: Label, clauses: [Label]) {
    self.name = name
    self.version = version
    self.clauses = clauses
  }

  init(_ node: JSONNode) throws(EvidenceError) {
    try node.requireMembers(["name", "version", "clauses"])
    name = try node["name"].parsed(Label.init)
    version = try node["version"].parsed(Label.init)
    clauses = try node["clauses"].list { (node) throws(EvidenceError) in try node.parsed(Label.init) }
  }

  var json: JSONValue {
    ["name": .string(name.text), "version": .string(version.text), "clauses": .array(clauses.map { .string($0.text) })]
  }
}

/// An approval of the plan: a role, never a name.
public struct Approval: Hashable, Sendable {
  /// The role.
  public let role: Label
  /// When.
  public let at: Moment

  /// An approval by a role.
  public init(role: Label, at: Moment) {
    self.role = role
    self.at = at
  }

  init(_ node: JSONNode) throws(EvidenceError) {
    try node.requireMembers(["role", "at"])
    role = try node["role"].parsed(Label.init)
    at = try node["at"].parsed(Moment.init)
  }

  var json: JSONValue { ["role": .string(role.text), "at": .string(at.description)] }
}

extension LegalPerson {
  init(_ node: JSONNode) throws(EvidenceError) {
    try node.requireMembers(["name", "kvk"])
    let name = try node["name"].parsed(Label.init)
    self = try node["kvk"].parsed { (kvk) throws(EvidenceError) in try LegalPerson(name: name, kvk: kvk) }
  }

  var json: JSONValue { ["name": .string(name.text), "kvk": .string(kvk)] }
}

extension JSONNode {
  func list<Element>(_ read: (JSONNode) throws(EvidenceError) -> Element) throws(EvidenceError) -> [Element] {
    var list: [Element] = []
    for element in try elements() { list.append(try read(element)) }
    return list
  }

  func count() throws(EvidenceError) -> Int64 {
    let number = try integer()
    guard number >= 0 else { throw wrong("a count", found: "a negative number") }
    return number
  }
}
