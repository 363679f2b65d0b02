import Agent
import ArgumentParser
import Evidence
import Foundation

/// `wis doctor`: is the node fit to work?
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Check the node: state, keys, clock, disk, policies, databases, rights, indexes.",
    discussion: "Example: wis doctor")

  @OptionGroup var options: NodeOptions

  func run() throws {
    let findings = try Doctor(node: options.node(), environment: ProcessInfo.processInfo.environment).examine()
    if options.json {
      try Console.answer([
        "findings": .array(
          findings.map {
            .object(present: [
              "subject": .string($0.subject), "ok": .bool($0.isSound), "found": .string(Self.words($0)),
            ])
          })
      ])
    } else {
      for finding in findings { Console.answer("\(finding.isSound ? "ok    " : "WRONG ") \(finding.subject): \(Self.words(finding))") }
    }
    try (findings.allSatisfy(\.isSound) ? ExitStatus.done : .misused).end()
  }

  private static func words(_ finding: Doctor.Finding) -> String {
    switch finding.state {
    case .sound(let text), .wrong(let text): text
    case .failed(let error): Complaining.about(error).lines.joined(separator: "; ")
    }
  }
}
