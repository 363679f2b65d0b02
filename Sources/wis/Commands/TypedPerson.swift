import Agent

/// A person as somebody types one: `TYPE=ID`, or `TYPE=-` for an id that comes on standard input, where neither a list of processes
/// nor the history of a shell has it.
struct TypedPerson {
  let type: String
  let id: String

  /// The help for an option that takes one.
  static let inputHelp = "With TYPE=- the rest is read from standard input."

  init?(_ text: String) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    type = String(parts[0])
    id = parts[1] == "-" ? readLine() ?? "" : String(parts[1])
  }
}

extension SubjectReference {
  /// A person as somebody types one. What was typed is not repeated, because it may be somebody's number.
  static func typed(_ text: String) throws -> SubjectReference {
    guard let person = TypedPerson(text), let subject = SubjectReference("\(person.type)=\(person.id)") else {
      throw UsageError(text: "--subject: expected TYPE=ID, as bsn=111222333, or TYPE=- with the rest on standard input")
    }
    return subject
  }
}
