import Foundation

/// The folder of policies that comes with Wis: where a new node copies its agreements, maps and statutes from.
enum PolicyLibrary {
  /// Below the nearest ancestor of the running program or of the current folder, else where the package puts it.
  static func folder() throws -> String {
    let files = FileManager.default
    let program = (try? files.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "/"
    let starts = [parent(of: program), files.currentDirectoryPath]
    let candidates = starts.flatMap(ancestors).map { ($0 == "/" ? "" : $0) + "/Policies" } + ["/usr/share/wis/Policies"]
    guard let found = candidates.first(where: { files.fileExists(atPath: "\($0)/agreements") }) else {
      throw UsageError(
        text: "no folder Policies/agreements above \(starts.joined(separator: " or ")), nor /usr/share/wis/Policies; install them there")
    }
    return found
  }

  private static func ancestors(of path: String) -> [String] {
    path == "/" || path.isEmpty ? ["/"] : [path] + ancestors(of: parent(of: path))
  }

  private static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
    return String(path[..<slash])
  }
}
