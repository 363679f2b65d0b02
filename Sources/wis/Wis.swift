import Agent
import ArgumentParser
import Foundation

/// The command line.
@main
struct Wis: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wis",
    abstract: "Enforces what data-processing agreements promise about keeping, erasing and proving it.",
    discussion: """
      Exit codes: 0 all that was due was done; 1 something due was not done; 2 usage, policy or configuration error;
      3 a brake or an approval waits for a person; 4 a verification failed.

      Begin with: wis demo
      """,
    version: "wis \(Program.version)",
    groupedSubcommands: [
      CommandGroup(name: "Begin:", subcommands: [DemoCommand.self, InitCommand.self, DoctorCommand.self]),
      CommandGroup(
        name: "Look:",
        subcommands: [ScanCommand.self, ExplainCommand.self, ForecastCommand.self, StatusCommand.self, PolicyCommand.self, MapCommand.self]),
      CommandGroup(
        name: "Act:",
        subcommands: [PlanCommand.self, ApproveCommand.self, ApplyCommand.self, RunCommand.self, HoldCommand.self, StopCommand.self]),
      CommandGroup(name: "Return:", subcommands: [ExportCommand.self]),
      CommandGroup(name: "Prove:", subcommands: [CertificateCommand.self, LogCommand.self, KeyCommand.self]),
    ])

  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let status as ExitStatus {
      Foundation.exit(status.rawValue)
    } catch {
      Foundation.exit(Console.tell(error).rawValue)
    }
  }
}
