import Agent
import ArgumentParser
import Evidence
import Foundation

/// `wis run`: what cron or the systemd timer calls.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Do everything that is due for every tenant, within the brakes.",
    discussion: "Safe to run twice, to kill at any instant, and to start again.\nExample: wis run --quiet")

  @Argument(help: "The tenants; all of them when none is named.") var tenants: [String] = []
  @Flag(help: "A person looked at the clock and found it right, although the clock brake doubts it.") var clockIsRight = false
  @OptionGroup var options: NodeOptions

  func run() throws {
    let node = try options.node()
    if clockIsRight { try node.acceptClock() }
    let run = try NodeRun(node: node, environment: ProcessInfo.processInfo.environment, progress: options.progress)
    let reports = try run.run(try node.tenants(tenants))
    try RunReport(reports, vanished: tenants.isEmpty ? try node.vanishedTenants() : [], options).end()
  }
}
