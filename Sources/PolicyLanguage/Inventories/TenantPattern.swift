/// Files that hold one tenant each: a path with one `*`, which stands for the tenant's name.
struct TenantPattern {
  /// What stands before the name that the star is part of: empty, or ending with a slash.
  private let base: String
  private let prefix: String
  private let suffix: String
  /// What stands after that name, as in `/srv/*/app.db`: empty, or beginning with a slash.
  private let rest: String

  /// Nil when the path has no star, or more than one.
  init?(_ path: String) {
    let halves = path.split(separator: "*", omittingEmptySubsequences: false)
    guard halves.count == 2, let before = halves.first, let after = halves.last else { return nil }
    let start = before.lastIndex(of: "/").map(before.index(after:)) ?? before.startIndex
    let end = after.firstIndex(of: "/") ?? after.endIndex
    (base, prefix) = (String(before[..<start]), String(before[start...]))
    (suffix, rest) = (String(after[..<end]), String(after[end...]))
  }

  /// The tenants' names with their files, in order; nil when there is no folder to look in. As in a shell, the star
  /// stands for no leading dot.
  func matches(_ names: (_ folder: String) throws -> [String]?) throws -> [(id: String, path: String)]? {
    guard let found = try names(base.isEmpty ? "." : base) else { return nil }
    var matches: [(id: String, path: String)] = []
    for name in found.sorted() where fits(name) {
      let path = base + name + rest
      if let slash = rest.lastIndex(of: "/") {
        let file = String(rest[slash...].dropFirst())
        guard try names(String(path.dropLast(file.count + 1)))?.contains(file) ?? false else { continue }
      }
      matches.append((String(name.dropFirst(prefix.count).dropLast(suffix.count)), path))
    }
    return matches
  }

  private func fits(_ name: String) -> Bool {
    name.hasPrefix(prefix) && name.hasSuffix(suffix) && name.count > prefix.count + suffix.count
      && !(prefix.isEmpty && name.hasPrefix("."))
  }
}
