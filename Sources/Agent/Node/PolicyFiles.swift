import Evidence
import Foundation
public import PolicyLanguage
import Retention

/// Policy files on their own, outside a node.
public enum PolicyFiles {
  /// The kinds of file that have a JSON Schema.
  public enum Kind: String, CaseIterable, Sendable {
    case agreement, map, statutory, inventory, certificate
  }

  /// Checks one file by what its first key says it is, and gives its warnings. Throws every complaint about it.
  public static func check(_ path: String) throws -> [Complaint] {
    let text = try NodeFiles.text(of: path)
    let folder = NodeFiles.folder(of: NodeFiles.folder(of: path))
    let libraries: StatuteLibraries = { name in
      do {
        let file = "\(folder)/statutory/\(name).yaml"
        return try StatutoryLibrary.read(NodeFiles.text(of: file), file: file).content
      } catch {
        // The agreement is complained about where it refers to a library that cannot be read.
        return nil
      }
    }
    switch firstKey(of: text) {
    case "agreement": return try Agreement.read(text, file: path, statutes: libraries).warnings
    case "map": return try DataMap.read(text, file: path).warnings
    case "library": return try StatutoryLibrary.read(text, file: path).warnings
    default: return try NodeFiles.load(path).policy.warnings
    }
  }

  private static func firstKey(of text: String) -> String {
    let line = text.split(separator: "\n").first { !$0.hasPrefix("#") && !$0.allSatisfy(\.isWhitespace) && $0 != "---" }
    return String((line ?? "").prefix { $0 != ":" })
  }

  /// The text of a schema.
  public static func schema(_ kind: Kind, in folder: String) throws -> String {
    try NodeFiles.text(of: "\(folder)/schema/\(kind.rawValue).schema.json")
  }

  /// The policies that came with the program: beside its sources, or where a package puts them.
  public static func shippedFolder() throws(AgentError) -> String {
    let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
    for start in [program, FileManager.default.currentDirectoryPath + "/x"] {
      var folder = NodeFiles.folder(of: start)
      while folder != "/" && folder != "." {
        if FileManager.default.fileExists(atPath: "\(folder)/Policies/agreements") { return "\(folder)/Policies" }
        folder = NodeFiles.folder(of: folder)
      }
    }
    let installed = "/usr/share/wis/Policies"
    guard FileManager.default.fileExists(atPath: installed) else {
      throw .file(
        path: installed, problem: "does not exist, and no Policies folder lies above the program; install Wis or run it from its sources")
    }
    return installed
  }
}
