/// Marks keys that stand twice, so that the rest of the file can still be read.
///
/// A duplicate is overwritten, in a copy of the text, with as many private-use characters: every other place stays
/// where it was, and the reader passes over the marked key.
struct DuplicateMarks {
  private var next: UInt32 = 0xE000

  /// Whether a key was overwritten by a mark.
  static func isMark(_ key: String) -> Bool {
    key.unicodeScalars.first.map { (0xE000...0xF8FF).contains($0.value) } ?? false
  }

  /// Overwrites the next occurrence of `key` after its first one and says where it was; nil when it is not found.
  mutating func mark(_ key: String, after first: Place, in text: inout String) -> Place? {
    guard !key.isEmpty, !Self.isMark(key), next < 0xF8FF, let mark = Unicode.Scalar(next) else { return nil }
    next += 1
    var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
    let wanted = Array(key.unicodeScalars)
    guard let place = Self.inBlock(wanted, after: first, in: lines) ?? Self.anywhere(wanted, after: first, in: lines) else { return nil }
    let start = place.column - 1
    lines[place.line - 1].replaceSubrange(start..<(start + wanted.count), with: repeatElement(mark, count: wanted.count))
    text = lines.map { String(String.UnicodeScalarView($0)) }.joined(separator: "\n")
    let isQuoted = start > 0 && "\"'".unicodeScalars.contains(lines[place.line - 1][start - 1])
    return Place(line: place.line, column: isQuoted ? place.column - 1 : place.column)
  }

  /// The key in a later line at the same indentation, before the block ends.
  private static func inBlock(_ key: [Unicode.Scalar], after first: Place, in lines: [[Unicode.Scalar]]) -> Place? {
    for index in lines.indices.dropFirst(first.line) {
      let line = lines[index]
      let indentation = line.prefix { $0 == " " }.count
      guard indentation < line.count, line[indentation] != "#" else { continue }
      if indentation < first.column - 1 { return nil }
      guard indentation == first.column - 1 else { continue }
      for column in [indentation, indentation + 1] where isKey(key, at: column, in: line) {
        return Place(line: index + 1, column: column + 1)
      }
    }
    return nil
  }

  /// The key anywhere after the first: within braces.
  private static func anywhere(_ key: [Unicode.Scalar], after first: Place, in lines: [[Unicode.Scalar]]) -> Place? {
    for index in lines.indices.dropFirst(first.line - 1) {
      let line = lines[index]
      let from = index == first.line - 1 ? first.column - 1 + key.count : 0
      for column in stride(from: from, to: line.count, by: 1) where isKey(key, at: column, in: line) {
        return Place(line: index + 1, column: column + 1)
      }
    }
    return nil
  }

  private static func isKey(_ key: [Unicode.Scalar], at column: Int, in line: [Unicode.Scalar]) -> Bool {
    guard column + key.count < line.count, line[column..<(column + key.count)].elementsEqual(key) else { return false }
    if column > 0, !" {,\"'".unicodeScalars.contains(line[column - 1]) { return false }
    let rest = line[(column + key.count)...].drop { $0 == " " || $0 == "\"" || $0 == "'" }
    return rest.first == ":"
  }
}
