import Agent
import ArgumentParser
import Evidence
import Foundation
import Retention

/// `wis key`: the issuer's keys.
struct KeyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key", abstract: "Make and list the issuer's keys, and export its public anchors.",
    subcommands: [New.self, List.self, Manifest.self])

  struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make the keys of a node that has none: root, signing and log key.",
      discussion: "Existing keys are never overwritten. Move the root's key offline afterwards.\nExample: wis key new")

    @OptionGroup var options: NodeOptions

    func run() throws {
      let node = try options.node()
      try node.makeKeys(environment: ProcessInfo.processInfo.environment)
      if options.json {
        try Console.answer(["keys": .string(node.inventory.keys)])
      } else {
        Console.answer("keys in \(node.inventory.keys)")
      }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the keys and how long they are valid.", discussion: "Example: wis key list")

    @OptionGroup var options: NodeOptions

    func run() throws {
      let keys = try options.node().issuerKeys(environment: ProcessInfo.processInfo.environment)
      var table = TextTable(["use", "key", "from", "until"])
      for key in try keys.listing { table.add([key.use, key.name, key.from, key.until]) }
      guard options.json else { return Console.answer(table.text) }
      try Console.answer([
        "keys": .array(
          try keys.listing.map {
            ["use": .string($0.use), "key": .string($0.name), "from": .string($0.from), "until": .string($0.until)]
          })
      ])
    }
  }

  struct Manifest: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write the public anchors that verifiers need into a folder.", discussion: "Example: wis key manifest --export trust")

    @Option(help: ArgumentHelp("The folder to write.", valueName: "folder")) var export: String
    @OptionGroup var options: NodeOptions

    func run() throws {
      let issuer = try Issuer(node: options.node(), environment: ProcessInfo.processInfo.environment)
      try issuer.exportTrust(to: export)
      if options.json { try Console.answer(["trust": .string(export)]) } else { Console.answer("wrote \(export)") }
    }
  }
}
