import Agent
import ArgumentParser
import Evidence
import Foundation
import Retention

/// `wis log`: the append-only log of all certificates.
struct LogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log", abstract: "The append-only log of all certificates.", subcommands: [Checkpoint.self, Verify.self, Publish.self])

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Read a published log from its first entry and check every tile, the root and the signature.",
      discussion: "Example: wis log verify --folder /var/www/log --trust trust")

    @Option(help: ArgumentHelp("The published log; default: the node's own.", valueName: "folder")) var folder: String?
    @Option(help: ArgumentHelp("The folder with the issuer's anchors; default: the node's own.", valueName: "folder")) var trust: String?
    @OptionGroup var options: NodeOptions

    func run() throws {
      let inventory = try folder != nil && trust != nil ? nil : options.node().inventory
      guard let folder = folder ?? inventory?.log, let trust = trust ?? inventory?.trust else { return }
      let audit: LogAudit
      do {
        audit = try LogAudit(of: PublishedLog(folder: folder), key: TrustFolder(folder: trust).log)
      } catch {
        // Whatever is wrong with a log, it was not verified.
        Console.note("error: log \(folder): \(error)")
        throw ExitStatus.unverified
      }
      let checkpoint = audit.checkpoint.checkpoint
      if options.json {
        try Console.answer([
          "verified": true, "origin": .string(checkpoint.origin), "size": .integer(checkpoint.size), "root": .string(checkpoint.root.hex),
        ])
      } else {
        Console.answer("verified: \(checkpoint.origin), \(checkpoint.size) entries, root \(checkpoint.root.hex), \(audit.files) files")
      }
    }
  }

  struct Checkpoint: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the published checkpoint.", discussion: "Example: wis log checkpoint")

    @OptionGroup var options: NodeOptions

    func run() throws {
      let inventory = try options.node().inventory
      guard let signed = try PublishedLog(folder: inventory.log).checkpoint(by: TrustFolder(folder: inventory.trust).log) else {
        throw UsageError(text: "log \(inventory.log): nothing is published yet")
      }
      if options.json {
        let checkpoint = signed.checkpoint
        try Console.answer([
          "origin": .string(checkpoint.origin), "size": .integer(checkpoint.size), "root": .string(checkpoint.root.hex),
          "note": .string(signed.serialized),
        ])
      } else {
        Console.answer(String(signed.serialized.dropLast()))
      }
    }
  }

  struct Publish: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Publish every entry that is not published yet; repairs what a crash left behind.", discussion: "Example: wis log publish")

    @OptionGroup var options: NodeOptions

    func run() throws {
      let node = try options.node()
      let anchor = try Issuer(node: node, environment: ProcessInfo.processInfo.environment).anchor(at: node.now().description)
      if options.json { try Console.answer(["size": .integer(anchor.size)]) } else { Console.answer("published \(anchor.size) entries") }
    }
  }
}
