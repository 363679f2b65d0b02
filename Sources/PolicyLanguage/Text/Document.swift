import Yams

/// One YAML document that keeps to the part of YAML which policies use: no anchors, aliases, tags or merge keys,
/// one document to a file, and no key twice.
struct Document {
  let root: Value

  /// Reads a text; nil, with complaints, when there is no document to speak of.
  init?(_ text: String, _ complaints: Complaints) {
    // The parser must live on while anchors are looked at: nodes hold them weakly.
    guard let (parser, node) = Self.compose(text, complaints) else { return nil }
    withExtendedLifetime(parser) { Self.refuseExtras(in: node, complaints) }
    self.root = Value(node: node, complaints: complaints)
  }

  private static func compose(_ text: String, _ complaints: Complaints) -> (parser: Parser, root: Node)? {
    var text = text
    var marks = DuplicateMarks()
    while true {
      do {
        let parser = try Parser(yaml: text)
        if let root = try parser.singleRoot() { return (parser, root) }
        complaints.refuse("", at: .start, "the file is empty; expected a YAML mapping")
        return nil
      } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
        // Yams stops at a key that stands twice. It is reported, marked in the text, and the rest is read all the same.
        let first = Place(line: context.mark.line, column: context.mark.column)
        let key = keys.first ?? ""
        guard let second = marks.mark(key, after: first, in: &text) else {
          complaints.refuse(key, at: first, "the key is given twice; keep one of them")
          return nil
        }
        complaints.refuse(key, at: second, "the key is given twice (first in line \(first.line)); keep one of them")
      } catch {
        complain(about: error, complaints)
        return nil
      }
    }
  }

  private static func complain(about error: any Error, _ complaints: Complaints) {
    switch error {
    case YamlError.composer(_, let problem, let mark, _) where problem.contains("another document"):
      complaints.refuse("---", at: mark.place, "a second document starts here; a policy file holds one document")
    case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
      YamlError.composer(_, let problem, let mark, _):
      complaints.refuse("", at: mark.place, "not valid YAML: \(problem)")
    case YamlError.reader(let problem, _, _, _):
      complaints.refuse("", at: .start, "not valid YAML: \(problem)")
    default:
      complaints.refuse("", at: .start, "not valid YAML")
    }
  }

  private static func refuseExtras(in node: Node, _ complaints: Complaints) {
    let place = node.mark?.place ?? .start
    switch node {
    case .scalar(let scalar):
      if scalar.anchor != nil { complaints.refuse("&", at: place, "anchors are not used in policies; write the value out") }
      if scalar.style == .plain, !scalar.tag.rawValue.isEmpty, !implicitTags.contains(scalar.tag.rawValue) {
        complaints.refuse(scalar.tag.rawValue, at: place, "tags are not used in policies; write the value in quotes where it is text")
      }
    case .sequence(let sequence):
      if sequence.anchor != nil { complaints.refuse("&", at: place, "anchors are not used in policies; write the list out") }
      if !sequence.tag.rawValue.isEmpty { complaints.refuse(sequence.tag.rawValue, at: place, "tags are not used in policies") }
      for element in sequence { refuseExtras(in: element, complaints) }
    case .mapping(let mapping):
      if mapping.anchor != nil { complaints.refuse("&", at: place, "anchors are not used in policies; write the mapping out") }
      if !mapping.tag.rawValue.isEmpty { complaints.refuse(mapping.tag.rawValue, at: place, "tags are not used in policies") }
      for (key, value) in mapping {
        refuseKeyTag(key, complaints)
        refuseExtras(in: value, complaints)
      }
    case .alias:
      complaints.refuse("*", at: place, "aliases are not used in policies; write the value out")
    }
  }

  /// Yams has resolved the tags of keys by the time they are seen, so the standard ones say nothing.
  private static func refuseKeyTag(_ key: Node, _ complaints: Complaints) {
    guard case .scalar(let scalar) = key else { return }
    let place = key.mark?.place ?? .start
    if scalar.anchor != nil { complaints.refuse("&", at: place, "anchors are not used in policies") }
    let tag = scalar.tag.rawValue
    if !tag.isEmpty, !tag.hasPrefix("tag:yaml.org,2002:") { complaints.refuse(tag, at: place, "tags are not used in policies") }
  }

  private static let implicitTags: Set<String> = [""]
}

extension Mark {
  var place: Place { Place(line: line, column: column) }
}
