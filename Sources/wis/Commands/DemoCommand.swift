import Agent
import ArgumentParser
import Enforcement
import Evidence
import Foundation
import Retention

/// `wis demo`: a node with invented data, and the main job on it.
struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Make a node with five tenants and invented data, and run the main job on it.",
    discussion: """
      Needs no server and touches nothing outside the folder. Run again, it replaces the earlier demonstration.

      Example: wis demo /tmp/wis-demo
      """)

  @Argument(help: ArgumentHelp("The folder to make the node in.", valueName: "dir"))
  var folder = "./wis-demo"

  @Flag(help: "Print one JSON document on standard output.")
  var json = false

  @Flag(name: .shortAndLong, help: "Say less.")
  var quiet = false

  func run() throws {
    let environment = ProcessInfo.processInfo.environment
    let folder = NodePath.normal(folder)
    progress("Making a node with five tenants in \(folder) ...")
    let node = try DemoNode(folder: folder).make(environment: environment)
    // Lines about batches are for long runs.
    let run = try NodeRun(node: node, environment: environment) { _ in }

    progress("First run: nothing was ever erased for these tenants, so every plan waits for a person ...")
    let waiting = try run.run(try node.tenants([]))
    try approve(waiting, node)
    progress("Approved \(waiting.count) plans in the role 'demo'. Second run: carries out what was approved ...")
    let done = try run.run(try node.tenants([]))
    let verified = try verify(done, node)
    progress("Checked every certificate. Third run: nothing may be left to do ...")
    let again = try run.run(try node.tenants([]))
    for case .failed(let error) in (done + again).map(\.result) { _ = Console.tell(error) }
    let status = ExitStatus.together(
      done.map { $0.demoStatus(expectingWork: true) } + again.map { $0.demoStatus(expectingWork: false) } + [verified])
    let summary = DemoSummary(folder: folder, node: node, before: waiting, after: done)
    if json { try Console.answer(summary.json) } else { Console.answer(summary.text) }
    try status.end()
  }

  private func progress(_ line: String) {
    if !quiet { Console.note(line) }
  }

  /// Approves what the first run left waiting, as `wis approve` does.
  private func approve(_ reports: [TenantReport], _ node: Node) throws {
    for report in reports {
      switch report.result {
      case .waiting(let digest, _):
        try node.state.approve(
          Agent.Approval(
            digest: digest, role: "demo", approver: ProcessInfo.processInfo.userName,
            at: Moment(seconds: Int64(Clock.now().seconds)).description))
      case .failed(let error): throw error
      case .done, .clock: throw UsageError(text: "tenant \(report.tenant): nothing waits for approval; look at: wis scan \(report.tenant)")
      }
    }
  }

  /// Checks every certificate from its bundle, as its receiver would.
  private func verify(_ reports: [TenantReport], _ node: Node) throws -> ExitStatus {
    let trust = try TrustFolder(folder: node.inventory.trust)
    var status = ExitStatus.done
    for certificate in reports.flatMap(\.certificates) {
      let verdict = VerificationOfCertificate(
        of: try CertificateBundle(folder: "\(node.home)/certificates/\(certificate.id)"), trust: trust,
        loggedAt: try Moment(certificate.issuedAt), expecting: try CertificateID(certificate.id))
      for finding in verdict.findings {
        guard let failure = finding.failure else { continue }
        Console.note("error: certificate \(certificate.id): \(finding.step.rawValue): \(failure.description)")
        status = .unverified
      }
    }
    return status
  }
}

extension TenantReport {
  /// What a report means for the demonstration: a run that carries out plans certifies what it did, and the next one
  /// finds nothing that is due, waits, or that nobody classified.
  fileprivate func demoStatus(expectingWork: Bool) -> ExitStatus {
    switch result {
    case .done(let rows): hasGaps || (rows > 0) != expectingWork || certificates.isEmpty == expectingWork ? .notDone : .done
    case .waiting, .clock: .waiting
    case .failed: .notDone
    }
  }
}
