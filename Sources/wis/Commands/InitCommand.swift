import Agent
import ArgumentParser
import Evidence
import Foundation
import Retention

/// `wis init`: makes a node without tenants.
struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Make a new node: configuration, keys, state store and folders.",
    discussion: """
      Asks for what is not given, when there is a terminal to ask on. Nothing that exists is replaced.

      Example: wis init /etc/wis --issuer "Example Hosting B.V." --kvk 12345678 --origin wis.example.nl/log
      """)

  @Argument(help: ArgumentHelp("The folder to make the node in.", valueName: "dir"))
  var folder = "."

  @Option(help: ArgumentHelp("The organisation that issues certificates.", valueName: "name"))
  var issuer: String?

  @Option(help: ArgumentHelp("Its number in the Dutch trade register, eight digits.", valueName: "number"))
  var kvk: String?

  @Option(help: ArgumentHelp("The node's name, as it stands in certificates.", valueName: "name"))
  var node = "node-1"

  @Option(help: ArgumentHelp("The name of the certificate log. Default: NODE.wis/log.", valueName: "origin"))
  var origin: String?

  @Flag(help: "Print one JSON document on standard output.")
  var json = false

  func run() throws {
    let name = try issuer ?? answer("Organisation that issues certificates", option: "--issuer")
    let number = try kvk ?? answer("Its KvK number (eight digits)", option: "--kvk")
    _ = try Evidence.LegalPerson(name: try Label(name), kvk: number)
    let origin = origin ?? "\(node).wis/log"
    let path = NodePath.normal(folder)
    let setup = NodeSetup(
      folder: path, configuration: NodeTemplate.text(node: node, issuer: name, kvk: number, origin: origin),
      policies: try PolicyFiles.shippedFolder(), environment: ProcessInfo.processInfo.environment)
    _ = try setup.make(at: Moment(seconds: Int64(Clock.now().seconds)))
    if json {
      return try Console.answer([
        "node": .string(node), "config": .string(setup.config), "rootKey": .string("\(path)/keys/issuer-root.key"),
        "trust": .string("\(path)/trust"),
      ])
    }
    let config = NodePath.quoted(setup.config)
    Console.answer(
      """
      Made node '\(node)': \(setup.config)

      What to do next:
        1. Move \(path)/keys/issuer-root.key to offline media: it is needed only for new signing keys, never for a run.
        2. Hand out \(path)/trust by another way than certificates: whoever verifies one checks it against these files.
        3. Add your tenants to \(setup.config).
        4. wis doctor --config \(config)
      """)
  }

  /// Asks a person, when one is there.
  private func answer(_ question: String, option: String) throws -> String {
    guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else {
      throw UsageError(text: "\(option) is missing; give it, as in: wis init --help")
    }
    Console.note("\(question):")
    guard let line = readLine()?.trimmingCharacters(in: .whitespaces), !line.isEmpty else {
      throw UsageError(text: "\(option) is missing; nothing was made")
    }
    return line
  }
}
