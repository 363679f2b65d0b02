import Agent
import ArgumentParser
import Evidence
import Foundation
import Retention

/// `wis key`: the issuer's keys.
struct KeyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key", abstract: "Make, replace and list the issuer's keys, and export its public anchors.",
    subcommands: [New.self, Rotate.self, List.self, Manifest.self])

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

  struct Rotate: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Give the node a new signing key, with a certificate of the root's for a year.",
      discussion: """
        The root's key must be in the folder of keys for it. Certificates that were issued before stay valid. A service that gets the \
        signing key as a credential needs the new one. Where an external program signs, only the certificate is made, for its public key.
        Example: wis key rotate
        """)

    @Option(help: ArgumentHelp("The external program's public key, in PEM form.", valueName: "file")) var publicKey: String?
    @OptionGroup var options: NodeOptions

    func run() throws {
      let node = try options.node()
      try node.rotateSigningKey(external: publicKey, environment: ProcessInfo.processInfo.environment)
      let certificate = try node.issuerKeys(environment: ProcessInfo.processInfo.environment).signing.certificate
      let until = certificate.notAfter.description
      if options.json {
        try Console.answer(["key": .string(certificate.publicKey.thumbprint), "until": .string(until)])
      } else {
        Console.answer("the new signing certificate is valid until \(until)")
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
