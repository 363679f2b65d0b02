import Agent
import ArgumentParser

/// `wis stop`: ends every running agent at its next batch boundary.
struct StopCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop", abstract: "End every running agent at the next batch boundary, and let none begin.",
    discussion: "Example: wis stop   and later: wis stop --release")

  @Flag(help: "Let agents work again.") var release = false
  @OptionGroup var options: NodeOptions

  func run() throws {
    let file = try StopFile(config: options.configPath)
    try release ? file.clear() : file.set()
    Console.answer(release ? "agents may work again" : "stopped: \(file.path)")
  }
}
