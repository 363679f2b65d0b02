public import Agent
public import ArgumentParser
import Evidence
import PolicyLanguage
import Retention

/// `wis policy`: checks policies and prints their schemas.
struct PolicyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "Check policies and print their JSON Schemas.", subcommands: [Check.self, Schema.self])

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check the node's policies, or single files: every complaint with file, line, column and remedy.",
      discussion: "Example: wis policy check Policies/agreements/felixx-loon.yaml")

    @Argument(help: "Policy files; the node's own when none is named.") var files: [String] = []
    @OptionGroup var options: NodeOptions

    func run() throws {
      var complaints: [Complaint] = []
      var statuses: [ExitStatus] = []
      if files.isEmpty {
        complaints = try options.node().policy.warnings
      } else {
        for file in files {
          do {
            complaints += try PolicyFiles.check(file)
          } catch let PolicyError.refused(found) {
            complaints += found
            statuses.append(.misused)
          }
        }
      }
      for complaint in complaints { Console.note((complaint.warning == nil ? "error: " : "warning: ") + complaint.description) }
      if options.json {
        try Console.answer([
          "complaints": .array(
            complaints.map {
              .object(present: [
                "file": .string($0.file), "line": .integer(Int64($0.line)), "column": .integer(Int64($0.column)),
                "found": .string($0.found),
                "expected": .string($0.expected), "warning": $0.warning.map { .string($0.rawValue) },
              ])
            })
        ])
      } else if statuses.isEmpty {
        Console.answer("policies are valid" + (complaints.isEmpty ? "" : ", with \(complaints.count) warnings"))
      }
      try ExitStatus.together(statuses).end()
    }
  }

  struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print a JSON Schema.", discussion: "Example: wis policy schema map > map.schema.json")

    @Argument(help: "agreement, map, statutory, inventory or certificate.") var kind: PolicyFiles.Kind
    @OptionGroup var options: NodeOptions

    func run() throws {
      Console.answer(try PolicyFiles.schema(kind, in: try PolicyFiles.shippedFolder()))
    }
  }
}

extension PolicyFiles.Kind: ExpressibleByArgument {}
