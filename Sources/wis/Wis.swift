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
        subcommands: [
          PlanCommand.self, ApproveCommand.self, ApplyCommand.self, RunCommand.self, RequestCommand.self, HoldCommand.self,
          SubprocessorCommand.self, BackupCommand.self, TenantCommand.self, StopCommand.self,
        ]),
      CommandGroup(name: "Return:", subcommands: [ExportCommand.self, OffboardCommand.self, ArchiveCommand.self]),
      CommandGroup(name: "Prove:", subcommands: [VerifyErasureCommand.self, CertificateCommand.self, LogCommand.self, KeyCommand.self]),
    ])

  static func main() {
    let given = arguments(CommandLine.arguments.dropFirst())
    do {
      if let unknown = UnknownCommand.find(in: given, of: Self.self) { throw unknown }
      var command = try parseAsRoot(given)
      try command.run()
    } catch let status as ExitStatus {
      Foundation.exit(status.rawValue)
    } catch {
      Foundation.exit(Console.tell(error).rawValue)
    }
  }

  /// The arguments with a configuration that stands before the subcommand moved to the end, where the parser takes it.
  private static func arguments(_ given: ArraySlice<String>) -> [String] {
    let config = given.prefix(2)
    guard config.first == "--config", config.count == 2 else {
      guard let first = given.first, first.hasPrefix("--config=") else { return Array(given) }
      return Array(given.dropFirst()) + [first]
    }
    return Array(given.dropFirst(2)) + config
  }
}
