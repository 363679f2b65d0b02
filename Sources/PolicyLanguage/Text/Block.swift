import Yams

/// A mapping of the document with the keys that may stand in it.
struct Block {
  /// The mapping itself.
  let value: Value
  /// Its entries in the order of the file.
  let entries: [Entry]
  /// Whether nothing stands in it, not even something that was refused.
  let isEmpty: Bool

  /// A key with its value.
  struct Entry {
    let name: String
    let key: Value
    let value: Value
  }

  /// A mapping whose keys are known; others are refused with the nearest that is meant.
  init?(_ value: Value, _ what: String, keys: [String]) {
    self.init(value, what)
    for entry in entries where !keys.contains(entry.name) {
      let hint = Spelling.hint(for: entry.name, among: keys)
      entry.key.refuse("unknown key\(hint.isEmpty ? "; expected one of: \(keys.joined(separator: ", "))" : hint)")
    }
  }

  /// A mapping whose keys are names of the writer's own, as tables and columns.
  init?(_ value: Value, _ what: String) {
    guard case .mapping(let mapping) = value.node else {
      value.refuse("expected \(what): a mapping, as {key: value}")
      return nil
    }
    var entries: [Entry] = []
    for (keyNode, node) in mapping {
      let key = Value(node: keyNode, complaints: value.complaints)
      if case .scalar(let scalar) = keyNode, DuplicateMarks.isMark(scalar.string) || scalar.string == "<<" {
        if scalar.string == "<<" { key.refuse("merge keys are not used in policies; write the keys out") }
        continue
      }
      guard let name = key.text("a key") else { continue }
      if entries.contains(where: { $0.name == name }) {
        key.refuse("the key is given twice; keep one of them")
        continue
      }
      entries.append(Entry(name: name, key: key, value: Value(node: node, complaints: value.complaints)))
    }
    self.value = value
    self.entries = entries
    self.isEmpty = mapping.isEmpty
  }

  /// The value of a key that may be absent.
  func optional(_ key: String) -> Value? { entries.first { $0.name == key }?.value }

  /// The key itself, to point at.
  func key(_ key: String) -> Value? { entries.first { $0.name == key }?.key }

  /// The value of a key that must be there.
  func required(_ key: String, _ remedy: String) -> Value? {
    if let value = optional(key) { return value }
    value.complaints.refuse("", at: value.place, "the key '\(key)' is missing: \(remedy)")
    return nil
  }
}
