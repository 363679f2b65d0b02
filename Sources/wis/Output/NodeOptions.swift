import Agent
import ArgumentParser
import Foundation
import PolicyLanguage
import Retention

/// The options that every command on a node takes.
struct NodeOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The node's configuration.", discussion: "Default: $WIS_CONFIG, else /etc/wis/wis.yaml.", valueName: "file"))
  var config: String?

  @Flag(help: "Print one JSON document on standard output.")
  var json = false

  @Flag(name: .shortAndLong, help: "Say less.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Say more.")
  var verbose = false

  /// The configuration file.
  var configPath: String {
    config ?? ProcessInfo.processInfo.environment["WIS_CONFIG"].flatMap { $0.isEmpty ? nil : $0 } ?? "/etc/wis/wis.yaml"
  }

  /// Opens the node.
  func node() throws -> Node {
    let node = try Node(config: configPath, now: Clock.now)
    if verbose { for warning in node.policy.warnings { Console.note("warning: \(warning)") } }
    return node
  }

  /// A line about progress, unless it is unwanted.
  func progress(_ line: String) {
    if !quiet { Console.note(line) }
  }
}

/// The system's clock: the one place where time is read.
enum Clock {
  @Sendable static func now() -> Instant { Instant(seconds: Int(Date().timeIntervalSince1970.rounded(.down))) }
}

/// A day for which a dry run is made.
struct AsOf: ParsableArguments {
  @Option(
    name: .customLong("as-of"), help: ArgumentHelp("Look as if it were this day.", valueName: "YYYY-MM-DD"), transform: CivilDate.typed)
  var day: CivilDate?

  /// The day to look at a tenant on: the one given, or today.
  func day(for tenant: TenantPolicy, on node: Node) throws -> CivilDate {
    try day ?? node.today(of: tenant)
  }
}

extension CivilDate {
  /// A date as a person types it.
  static func typed(_ text: String) throws -> CivilDate {
    guard let day = CivilDate(text) else { throw ValidationError("expected a day of the calendar, as 2026-02-28") }
    return day
  }
}

/// The two languages of certificates.
enum Tongue: String, CaseIterable, ExpressibleByArgument {
  case nl, en
}
