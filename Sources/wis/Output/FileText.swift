import Enforcement
import Evidence
import Retention

/// Files that rows name, in numbers for people: their names are never told.
enum FileText {
  /// What would not be removed below a root.
  static func words(_ refused: [FileRefusal: Int], below root: String) -> String {
    let kinds = FileRefusal.allCases.compactMap { kind in refused[kind].map { "\($0) \(word(kind))" } }
    return "rows name what is not removed below '\(root)': \(kinds.joined(separator: ", ")); those files would stay"
  }

  /// Files of which none is there.
  static func words(missing: Int, below root: String) -> String {
    "none of the \(missing) files that rows name is below '\(root)'; is it the right folder, and mounted?"
  }

  private static func word(_ refusal: FileRefusal) -> String {
    switch refusal {
    case .outside: "outside of the folder"
    case .notAPath: "that are no paths"
    case .folder: "folders"
    case .link: "symbolic links, or through one"
    case .special: "that are no regular files"
    case .own: "of the database or the node itself"
    }
  }

  /// What a look below one root found.
  static func json(_ root: FileSurvey.Root) -> JSONValue {
    [
      "root": .string(root.name), "open": .bool(root.problem == nil), "present": .integer(Int64(root.present)),
      "missing": .integer(Int64(root.missing)), "unreachable": .integer(Int64(root.unreachable)),
      "refused": .object(Dictionary(uniqueKeysWithValues: root.refused.map { ($0.key.rawValue, .integer(Int64($0.value))) })),
    ]
  }

  /// What a look at the files of a plan found, a line for each root that has any.
  static func lines(_ survey: FileSurvey) -> [String] {
    survey.roots.flatMap { root -> [String] in
      guard root.named > 0 else { return [] }
      let found = "files that due rows name below '\(root.name)': \(root.present) there, \(root.missing) not there"
      return [found] + (root.refused.isEmpty ? [] : [words(root.refused, below: root.name)])
    }
  }
}
