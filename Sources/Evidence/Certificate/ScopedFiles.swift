/// What became of the files below one root that the records named, when the records went. Numbers only: the names of files are
/// personal data.
public struct ScopedFiles: Hashable, Sendable {
  /// The root, by the name the data map gives it.
  public let root: Label
  /// Removed.
  public let removed: DisclosedCount
  /// Not there when they were looked for.
  public let missing: DisclosedCount
  /// Kept, because records that stay name them too.
  public let kept: DisclosedCount
  /// Of those removed: files whose content is still there under another name (a hard link).
  public let linked: DisclosedCount
  /// Not touched: outside of the root, a symbolic link, a folder, a part of the database itself.
  public let refused: DisclosedCount
  /// Not removed by the run, because the system refused; the methods say how that ended.
  public let left: DisclosedCount

  /// What became of the files below a root.
  public init(
    root: Label, removed: DisclosedCount, missing: DisclosedCount, kept: DisclosedCount, linked: DisclosedCount, refused: DisclosedCount,
    left: DisclosedCount
  ) {
    self.root = root
    self.removed = removed
    self.missing = missing
    self.kept = kept
    self.linked = linked
    self.refused = refused
    self.left = left
  }

  init(_ node: JSONNode) throws(EvidenceError) {
    try node.requireMembers(["root", "removed", "missing", "kept", "linked", "refused", "left"])
    root = try node["root"].parsed(Label.init)
    removed = try DisclosedCount(node["removed"])
    missing = try DisclosedCount(node["missing"])
    kept = try DisclosedCount(node["kept"])
    linked = try DisclosedCount(node["linked"])
    refused = try DisclosedCount(node["refused"])
    left = try DisclosedCount(node["left"])
  }

  var json: JSONValue {
    [
      "root": .string(root.text), "removed": removed.json, "missing": missing.json, "kept": kept.json, "linked": linked.json,
      "refused": refused.json, "left": left.json,
    ]
  }

  /// In words, for people.
  func words(_ language: Language) -> String {
    let parts: [(DisclosedCount, String, String)] = [
      (removed, "verwijderd", "removed"), (missing, "niet aangetroffen", "not there"),
      (kept, "behouden omdat andere gegevens ernaar verwijzen", "kept because other records name them"),
      (linked, "waarvan de inhoud onder een andere naam nog bestaat", "whose content lives on under another name"),
      (refused, "niet aangeraakt (buiten de map, koppeling of geen bestand)", "not touched (outside of the folder, a link, or no file)"),
      (left, "toen niet te verwijderen", "not removable then"),
    ]
    return parts.filter { $0.0 != .exactly(0) }.map { "\($0.0) \(language == .nl ? $0.1 : $0.2)" }.joined(separator: ", ")
  }
}
