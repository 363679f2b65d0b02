import Agent
import ArgumentParser
import Foundation
import Retention

/// `wis apply`: carries out exactly one plan.
struct ApplyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply", abstract: "Carry out exactly one plan; a stale plan is refused.",
    discussion: "Example: wis apply bakker.plan.json")

  @Argument(help: "The plan's file, or its hash (at least eight digits).") var plan: String
  @OptionGroup var options: NodeOptions

  func run() throws {
    let node = try options.node()
    let stored = try node.plan(named: plan)
    guard let tenant = try node.tenants([stored.tenant]).first else { return }
    let run = try NodeRun(node: node, environment: ProcessInfo.processInfo.environment, progress: options.progress)
    try RunReport([try run.apply(stored.digest, of: tenant)], options).end()
  }
}
