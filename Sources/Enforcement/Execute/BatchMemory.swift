import Evidence
import Retention
import Stores

/// What a batch remembers of the rows it changed, sealed with the key of its run: their keys, by which identifiers the
/// people are known whose own rows were erased, and the files that the rows named.
struct BatchMemory {
  let keys: FrozenKeys
  let subjects: [SubjectIdentifier]
  let files: [NamedFile]

  init(keys: FrozenKeys, subjects: [SubjectIdentifier], files: [NamedFile]) {
    self.keys = keys
    self.subjects = subjects
    self.files = files
  }

  /// Reads what was written before; nil when the bytes are no such memory.
  init?(bytes: [UInt8], width: Int) {
    guard let parts = SealedParts(bytes: bytes)?.parts, let first = parts.first,
      let keys = FrozenKeys(bytes: Array(first), width: width)
    else { return nil }
    var subjects: [SubjectIdentifier] = []
    var files: [NamedFile] = []
    for part in parts.dropFirst() {
      if let file = NamedFile(bytes: part) {
        files.append(file)
      } else {
        guard let subject = SubjectIdentifier(message: part) else { return nil }
        subjects.append(subject)
      }
    }
    self.init(keys: keys, subjects: subjects, files: files)
  }

  /// Keys, people, files.
  var bytes: [UInt8] { SealedParts([keys.bytes] + subjects.map(\.message) + files.map(\.bytes)).bytes }
}

/// Parts of something that is sealed, one after another, each after its length.
struct SealedParts {
  let parts: [ArraySlice<UInt8>]

  init(_ parts: [[UInt8]]) { self.parts = parts.map { $0[...] } }

  /// Reads what was written before; nil when the bytes are no such parts.
  init?(bytes: [UInt8]) {
    var parts: [ArraySlice<UInt8>] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
      guard rest.count >= 4 + length else { return nil }
      parts.append(rest.dropFirst(4).prefix(length))
      rest = rest.dropFirst(4 + length)
    }
    self.parts = parts
  }

  var bytes: [UInt8] {
    parts.flatMap { part in stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: part.count >> $0) } + part }
  }
}
