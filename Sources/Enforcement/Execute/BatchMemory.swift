import Evidence
import Retention
import Stores

/// What a batch remembers of the rows it changed, sealed with the key of its run: their keys, and by which identifiers the
/// people are known whose own rows were erased.
struct BatchMemory {
  let keys: FrozenKeys
  let subjects: [SubjectIdentifier]

  init(keys: FrozenKeys, subjects: [SubjectIdentifier]) {
    self.keys = keys
    self.subjects = subjects
  }

  /// Reads what was written before; nil when the bytes are no such memory.
  init?(bytes: [UInt8], width: Int) {
    var parts: [ArraySlice<UInt8>] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
      guard rest.count >= 4 + length else { return nil }
      parts.append(rest.dropFirst(4).prefix(length))
      rest = rest.dropFirst(4 + length)
    }
    guard let first = parts.first, let keys = FrozenKeys(bytes: Array(first), width: width) else { return nil }
    var subjects: [SubjectIdentifier] = []
    for part in parts.dropFirst() {
      guard let subject = SubjectIdentifier(message: part) else { return nil }
      subjects.append(subject)
    }
    self.init(keys: keys, subjects: subjects)
  }

  /// The parts one after another, each after its length.
  var bytes: [UInt8] {
    ([keys.bytes] + subjects.map(\.message)).flatMap { part in
      stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: part.count >> $0) } + part
    }
  }
}
