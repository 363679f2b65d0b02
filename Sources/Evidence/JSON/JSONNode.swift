/// A value together with the path that leads to it, so that a complaint can say where.
///
/// ```swift
/// let node = JSONNode(value)
/// try node.requireMembers(["v", "tables"], optional: ["note"])   // anything else is refused
/// let names = try node["tables"].elements().map { try $0.string() }
/// ```
public struct JSONNode: Hashable, Sendable {
  /// The value here, nil when the object above has no such member.
  public let value: JSONValue?
  /// Where it is, as in `$.scope.tables[2].erased`.
  public let path: String

  /// The root of a document.
  public init(_ value: JSONValue) {
    self.init(value: value, path: "$")
  }

  private init(value: JSONValue?, path: String) {
    self.value = value
    self.path = path
  }

  /// A member of an object. Reading from a missing one fails then, naming the path.
  public subscript(name: String) -> JSONNode {
    guard case .object(let members)? = value else { return JSONNode(value: nil, path: "\(path).\(name)") }
    return JSONNode(value: members[name], path: "\(path).\(name)")
  }

  /// This node, or nil when the member is absent: for optional members.
  public var ifPresent: JSONNode? { value == nil ? nil : self }

  /// Refuses a value that is not an object, lacks a name, or has one that nobody declared.
  public func requireMembers(_ required: Set<String>, optional: Set<String> = []) throws(EvidenceError) {
    let names = Set(try members().keys)
    if let missing = required.subtracting(names).min() {
      throw .unexpected(path: "\(path).\(missing)", expected: "a value", found: "nothing")
    }
    // The name is the document's, not ours, so it is not repeated: it could be somebody's.
    guard names.isSubset(of: required.union(optional)) else { throw wrong("only the members of the schema", found: "an unknown member") }
  }
}

extension JSONNode {
  /// The string here.
  public func string() throws(EvidenceError) -> String {
    guard case .string(let text)? = value else { throw wrong("a string") }
    return text
  }

  /// The integer here.
  public func integer() throws(EvidenceError) -> Int64 {
    guard case .integer(let number)? = value else { throw wrong("an integer") }
    return number
  }

  /// The boolean here.
  public func bool() throws(EvidenceError) -> Bool {
    guard case .bool(let flag)? = value else { throw wrong("a boolean") }
    return flag
  }

  /// The elements of the array here.
  public func elements() throws(EvidenceError) -> [JSONNode] {
    guard case .array(let elements)? = value else { throw wrong("an array") }
    return elements.enumerated().map { JSONNode(value: $1, path: "\(path)[\($0)]") }
  }

  /// The members of the object here.
  public func members() throws(EvidenceError) -> [String: JSONNode] {
    guard case .object(let members)? = value else { throw wrong("an object") }
    return Dictionary(uniqueKeysWithValues: members.keys.map { ($0, self[$0]) })
  }

  /// One of a closed choice of words.
  public func choice<Choice: RawRepresentable & CaseIterable>(_: Choice.Type = Choice.self) throws(EvidenceError) -> Choice
  where Choice.RawValue == String {
    guard let choice = Choice(rawValue: try string()) else {
      throw wrong("one of " + Choice.allCases.map(\.rawValue).joined(separator: ", "), found: "another word")
    }
    return choice
  }

  /// A string read by a type's own strict reader; its complaint is given this path.
  public func parsed<Value>(_ read: (String) throws(EvidenceError) -> Value) throws(EvidenceError) -> Value {
    let text = try string()
    do {
      return try read(text)
    } catch {
      guard case .malformed(let what, let problem) = error else { throw error }
      throw wrong("a valid \(what)", found: problem)
    }
  }

  /// A complaint about this place.
  public func wrong(_ expected: String, found: String? = nil) -> EvidenceError {
    .unexpected(path: path, expected: expected, found: found ?? value?.kind ?? "nothing")
  }
}
