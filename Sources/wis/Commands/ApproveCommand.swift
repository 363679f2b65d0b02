import Agent
import ArgumentParser
import Evidence
import Foundation
import Retention

/// `wis approve`: a person's consent, bound to the hash of a plan.
struct ApproveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "approve", abstract: "Consent to a plan, by its file or hash.",
    discussion: "The next wis run carries it out, or wis apply does at once.\nExample: wis approve 3f8a1c0b92de")

  @Argument(help: "The plan's file, or its hash (at least eight digits).") var plan: String
  @Option(help: "In which role the consent is given.") var role = "operator"
  @OptionGroup var options: NodeOptions

  func run() throws {
    let node = try options.node()
    let stored = try node.plan(named: plan)
    guard stored.state == .waiting else { throw AgentError.settledPlan(digest: stored.digest, state: stored.state.rawValue) }
    try node.approve(stored, role: role, approver: Account.current)
    if options.json {
      try Console.answer(["digest": .string(stored.digest), "tenant": .string(stored.tenant), "role": .string(role)])
    } else {
      Console.answer(
        "approved the plan \(stored.digest) of tenant \(stored.tenant); carry it out with: wis apply \(stored.digest.prefix(12))")
    }
  }
}
