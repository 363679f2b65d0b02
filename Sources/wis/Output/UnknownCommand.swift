import ArgumentParser

/// Words where a command should stand: the parser would complain about what follows them.
enum UnknownCommand {
  /// The first word that should name a command and does not, with those that are known there; nil when there is none.
  static func find(in arguments: [String], of root: any ParsableCommand.Type) -> UsageError? {
    var command = root
    var path = name(of: root)
    for word in arguments {
      let known = subcommands(of: command)
      // Where a subcommand can be left out, the word may be meant for it.
      guard !known.isEmpty, command.configuration.defaultSubcommand == nil, !word.hasPrefix("-") else { return nil }
      if word == "help" { return nil }
      guard let next = known.first(where: { name(of: $0) == word }) else {
        let names = known.map(name(of:)).sorted().joined(separator: ", ")
        return UsageError(text: "unknown command '\(path) \(word)'; known are: \(names); see \(path) --help")
      }
      command = next
      path += " \(word)"
    }
    return nil
  }

  private static func subcommands(of command: any ParsableCommand.Type) -> [any ParsableCommand.Type] {
    command.configuration.subcommands
  }

  private static func name(of command: any ParsableCommand.Type) -> String {
    command.configuration.commandName ?? "\(command)".lowercased()
  }
}
