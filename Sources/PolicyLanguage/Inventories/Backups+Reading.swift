import Retention

extension Value {
  static let backupKeys = ["name", "kept-for", "path", "command"]

  /// The places where copies of a tenant's data are kept.
  func backups(resolve: (String) -> String) -> [Tenant.Backup] {
    let elements = elements("a list of backups, as {name: …, kept-for: P30D, path: /backup/acme-{date}.db}", allowEmpty: true) ?? []
    var names: [String] = []
    return elements.compactMap { value in
      guard let block = Block(value, "a backup", keys: Self.backupKeys) else { return nil }
      let name = block.required("name", "say where copies are kept")?.text("a name")
      let kept = block.required("kept-for", "write how long a copy is kept, as P30D")?.period()
      let path = block.optional("path")?.copyPattern().map(resolve)
      let command = block.optional("command")?.command("the program that lists the copies")
      if let command = block.key("command"), block.key("path") != nil {
        command.refuse("the backup has a path and a command; keep the one that finds its copies")
      }
      guard let name, let kept else { return nil }
      guard !names.contains(name) else { return block.optional("name")?.refused("the tenant has two backups of this name") }
      names.append(name)
      return Tenant.Backup(name: name, keptFor: kept, source: path.map { .files(pattern: $0) } ?? command.map { .command($0) })
    }
  }

  /// A path with at most one `{date}`, and `*` and `?` in its names.
  private func copyPattern() -> String? {
    converted("a path; '*' and '?' stand for parts of a name, and one {date} for the day of the copy") { text in
      let rest = text.replacing("{date}", with: "", maxReplacements: 1)
      return rest.contains("{") || rest.contains("}") || rest.hasSuffix("/") || rest.isEmpty ? nil : text
    }
  }

  /// A program by its whole path, with its arguments. No shell reads it.
  func command(_ what: String) -> [String]? {
    guard let parts = elements("\(what), as [/usr/local/bin/program, argument]") else { return nil }
    let words = parts.compactMap { $0.text("a word of the command") }
    guard words.count == parts.count, let program = words.first else { return nil }
    guard program.hasPrefix("/") else { return parts.first?.refused("expected the whole path of a program, as /usr/local/bin/program") }
    return words
  }

  /// A program that does something for the node, and how long it may take.
  func operatorCommand(_ name: String, that does: String) -> OperatorCommand? {
    guard let block = Block(self, name, keys: ["command", "seconds"]) else { return nil }
    let command = block.required("command", "name the program that \(does)")?.command("the program that \(does)")
    let seconds = block.optional("seconds").map { $0.integer("a number of seconds", in: 1...600) } ?? 30
    guard let command, let seconds else { return nil }
    return OperatorCommand(arguments: command, seconds: seconds)
  }
}
