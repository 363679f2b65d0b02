/// One thing that is wrong, or doubtful, in a policy file, with the place where a person mends it.
public struct Complaint: Hashable, Sendable {
  /// The file's name, as the caller gave it.
  public let file: String
  /// The line, from 1.
  public let line: Int
  /// The column, from 1, counted in Unicode scalars.
  public let column: Int
  /// The offending text; empty where something is missing.
  public let found: String
  /// What is expected in its place, and what to do.
  public let expected: String
  /// What is doubtful; nil when the file is refused for it.
  public let warning: Warning?

  /// What a policy is warned about although it is accepted.
  public enum Warning: String, Hashable, Sendable, CaseIterable {
    /// One uniform term of seven years or more over data that needs no such term.
    case uniformTerm = "UNIFORM_TERM"
    /// A statute whose source nobody has read.
    case unverifiedStatute = "UNVERIFIED_STATUTE"
    /// A database password that everybody can read who can read the file.
    case passwordInFile = "PASSWORD_IN_FILE"
    /// A rule about a kind of data that the data map does not have.
    case unusedCategory = "UNUSED_CATEGORY"
    /// A kind of data in the data map that the annex of the agreement does not name.
    case annexGap = "ANNEX_GAP"
    /// A limit that ends before a duty: data is restricted in between.
    case limitUnderDuty = "LIMIT_UNDER_DUTY"
  }
}

extension Complaint: CustomStringConvertible {
  /// One line: `file:line:column: 'found': expected`.
  public var description: String {
    let kind = warning.map { "warning \($0.rawValue): " } ?? ""
    return "\(file):\(line):\(column): \(kind)\(found.isEmpty ? "" : "'\(found)': ")\(expected)"
  }
}

extension Complaint: Comparable {
  /// Orders by file and place.
  public static func < (left: Complaint, right: Complaint) -> Bool {
    (left.file, left.line, left.column, left.expected) < (right.file, right.line, right.column, right.expected)
  }
}

/// Why policies cannot be used.
public enum PolicyError: Error, Hashable, Sendable {
  /// Files say what they must not say; every complaint is listed.
  case refused([Complaint])
  /// A file cannot be read at all.
  case unreadable(path: String, reason: String)
}

/// What was read from one file.
public struct PolicyFile<Content: Sendable>: Sendable {
  /// The file's name, as the caller gave it.
  public let file: String
  /// What the file says.
  public let content: Content
  /// What is doubtful about it.
  public let warnings: [Complaint]
  /// Where its named parts stand, for complaints that need a second file to be found.
  let places: [String: Place]
}

/// A place in a file.
struct Place: Hashable, Sendable {
  var line: Int
  var column: Int

  static let start = Place(line: 1, column: 1)
}

/// The complaints about one file while it is being read.
final class Complaints {
  let file: String
  private(set) var errors: [Complaint] = []
  private(set) var warnings: [Complaint] = []
  var places: [String: Place] = [:]

  init(file: String) { self.file = file }

  func refuse(_ found: String, at place: Place, _ expected: String) {
    errors.append(complaint(found, at: place, expected, warning: nil))
  }

  func warn(_ warning: Complaint.Warning, _ found: String, at place: Place, _ expected: String) {
    warnings.append(complaint(found, at: place, expected, warning: warning))
  }

  private func complaint(_ found: String, at place: Place, _ expected: String, warning: Complaint.Warning?) -> Complaint {
    Complaint(
      file: file, line: place.line, column: place.column, found: found.onOneLine, expected: expected.onOneLine, warning: warning)
  }

  /// The content with its warnings, unless there are complaints or nothing could be made of the file.
  func conclude<Content>(_ content: Content?) throws(PolicyError) -> PolicyFile<Content> {
    guard let content, errors.isEmpty else { throw .refused(Set(errors).sorted()) }
    return PolicyFile(file: file, content: content, warnings: Set(warnings).sorted(), places: places)
  }
}

extension String {
  /// The text without line breaks and other control characters, and no longer than a line can show.
  fileprivate var onOneLine: String {
    let clean = String(String.UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    return clean.count <= 400 ? clean : clean.prefix(399) + "…"
  }
}
