import Agent
import ArgumentParser
import Evidence
import Foundation
import Retention

/// `wis certificate`: the proofs of what was destroyed.
struct CertificateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "certificate", abstract: "List, show, find, verify, bundle and withdraw certificates of destruction.",
    subcommands: [List.self, Show.self, Find.self, Verify.self, Bundle.self, Opening.self, Withdraw.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the certificates of a tenant, or of all.", discussion: "Example: wis certificate list bakker")

    @Argument(help: "The tenant.") var tenant: String?
    @OptionGroup var options: NodeOptions

    func run() throws {
      let node = try options.node()
      if let tenant { _ = try node.tenants([tenant]) }
      try show(try node.state.certificates(of: tenant), options)
    }
  }

  struct Find: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Find certificates by a part of their id, by tenant, plan hash, agreement, table or day.",
      discussion: "Example: wis certificate find 2026-11")

    @Argument(help: "What to look for.") var text: String
    @OptionGroup var options: NodeOptions

    func run() throws {
      let found = try options.node().state.certificates(of: nil).filter { stored in
        if stored.id.contains(text.uppercased()) || stored.tenant == text || stored.issuedAt.hasPrefix(text) { return true }
        let certificate = try Certificate(canonical: CompactJWS(parsing: stored.jws).payload)
        return certificate.plan.hex.hasPrefix(text.lowercased()) || certificate.agreement.name.text.localizedStandardContains(text)
          || certificate.scope.tables.contains { $0.table.text == text }
      }
      try CertificateCommand.show(found, options)
      try (found.isEmpty ? ExitStatus.notDone : .done).end()
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show a certificate as a person reads it.", discussion: "Example: wis certificate show VN-… --lang en")

    @Argument(help: "The certificate's id, or the folder of its bundle.") var id: String
    @Option(help: "In which language.") var lang = Tongue.nl
    @OptionGroup var options: NodeOptions

    func run() throws {
      let node = try id.contains("/") ? nil : options.node()
      let stored = try node.map { try CertificateCommand.stored(id, $0) }
      let jws = try stored?.jws ?? CertificateBundle(folder: id).jws
      let certificate = try Certificate(canonical: CompactJWS(parsing: jws).payload)
      if options.json { return try Console.answer(certificate.json) }
      Console.answer(certificate.text(language: lang == .nl ? .nl : .en))
      guard let node, let stored else { return }
      for line in try CertificateChain(of: stored, on: node).lines(lang) { Console.answer(line) }
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Verify a certificate: signature, chain, content, log.",
      discussion: """
        Takes an id of this node or the folder of a bundle. The trust folder must come by another way than the bundle. \
        Until witnesses co-sign, nothing in a bundle proves when it was logged: the time on the certificate is taken, or the one given.
        With --subject and --opening it also tells whether the certificate covers a person.
        Example: wis certificate verify certificates/VN-… --trust trust
        """)

    @Argument(help: "The certificate's id, or the folder of its bundle.") var id: String
    @Option(help: ArgumentHelp("The folder with the issuer's anchors; default: the node's own.", valueName: "folder")) var trust: String?
    @Option(help: ArgumentHelp("When the log took the certificate in.", valueName: "YYYY-MM-DDTHH:MM:SSZ")) var loggedAt: String?
    @OptionGroup var person: CoveredPerson
    @OptionGroup var options: NodeOptions

    func run() throws {
      let covered = try person.question()
      let (bundle, expected) = try material()
      let anchors = try TrustFolder(folder: try trust ?? options.node().inventory.trust)
      let verdict = VerificationOfCertificate(of: bundle, trust: anchors, loggedAt: try moment(of: bundle), expecting: expected)
      let link = try verdict.certificate.flatMap { try LinkVerdict(of: $0, beside: folder(), trust: anchors) }
      let withdrawal = try WithdrawalFiles(folder: folder())?.verified(anchors)
      let passed = verdict.passed && (link?.passed ?? true) && withdrawal == nil
      let refusal = covered.map { $0.refusal(by: verdict.certificate) } ?? nil
      if options.json {
        try Console.answer(
          .object(present: [
            "verified": .bool(passed), "covered": covered.map { _ in .bool(refusal == nil) },
            "withdrawn": withdrawal.map { .string($0.at.description) } ?? .null, "follows": link?.json ?? .null,
            "certificate": verdict.certificate.map { .string($0.id.text) } ?? .null,
            "completeness": verdict.certificate.map { .string($0.completeness.rawValue) } ?? .null,
            "steps": .array(
              verdict.findings.map {
                .object(present: [
                  "step": .string($0.step.rawValue), "passed": .bool($0.passed), "reason": $0.failure.map { .string($0.description) },
                ])
              }),
          ]))
      } else {
        for finding in verdict.findings {
          Console.answer("\(finding.passed ? "ok    " : "FAILED") \(finding.step.rawValue)\(finding.failure.map { ": \($0)" } ?? "")")
        }
        if let link { Console.answer(link.line) }
        if let withdrawal { Console.answer("FAILED withdrawn at \(withdrawal.at): \(withdrawal.reason)") }
        Console.answer(
          verdict.certificate.flatMap { passed ? "verified: \($0.id), \($0.completeness.rawValue)" : nil }
            ?? "NOT verified: do not rely on this certificate")
        if covered != nil { Console.answer(refusal.map { "NOT covered: \($0)" } ?? "covered: the row of this person was erased") }
      }
      try (passed && refusal == nil ? ExitStatus.done : .unverified).end()
    }

    private func material() throws -> (CertificateBundle, CertificateID?) {
      let folder = try folder()
      return (try CertificateBundle(folder: folder), folder == id ? nil : try CertificateID(typed: id))
    }

    private func folder() throws -> String {
      if id.contains("/") || FileManager.default.fileExists(atPath: id) { return id }
      let node = try options.node()
      return "\(node.home)/certificates/\(try CertificateCommand.stored(id, node).id)"
    }

    private func moment(of bundle: CertificateBundle) throws -> Moment {
      if let loggedAt { return try Moment(loggedAt) }
      do {
        return try CertificateHeader(bytes: CompactJWS(parsing: bundle.jws).header).issued
      } catch {
        // A header that cannot be read fails as a step of its own; any time will do for the others.
        return Moment(seconds: Int64(Clock.now().seconds))
      }
    }
  }

  struct Bundle: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write the files with which a stranger verifies a certificate.",
      discussion: "Example: wis certificate bundle VN-… --out ./bundle")

    @Argument(help: "The certificate's id.") var id: String
    @Option(help: ArgumentHelp("The folder to write.", valueName: "folder")) var out: String
    @OptionGroup var options: NodeOptions

    func run() throws {
      let node = try options.node()
      let stored = try CertificateCommand.stored(id, node)
      let issuer = try Issuer(node: node, environment: ProcessInfo.processInfo.environment)
      try issuer.bundle(stored, to: out, at: node.now().description)
      if options.json { try Console.answer(["bundle": .string(out)]) } else { Console.answer("wrote \(out)") }
    }
  }

  struct Withdraw: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "State that a certificate no longer counts. The statement is signed and logged; the certificate stays as it is.",
      discussion: "Example: wis certificate withdraw VN-… --reason 'counts of another tenant'")

    @Argument(help: "The certificate's id.") var id: String
    @Option(help: "Why, without naming anyone.") var reason: String
    @OptionGroup var options: NodeOptions

    func run() throws {
      let node = try options.node()
      let stored = try CertificateCommand.stored(id, node)
      if let earlier = try node.state.withdrawal(of: stored.id) {
        throw AgentError.alreadyWithdrawn(certificate: stored.id, at: earlier.at)
      }
      let issuer = try Issuer(node: node, environment: ProcessInfo.processInfo.environment)
      try issuer.withdraw(stored, reason: try Label(reason), at: Moment(seconds: Int64(node.now().seconds)))
      if options.json { try Console.answer(["withdrawn": .string(stored.id)]) } else { Console.answer("withdrawn: \(stored.id)") }
    }
  }

  static func stored(_ id: String, _ node: Node) throws -> StoredCertificate {
    try node.state.certificate(try CertificateID(typed: id).text)
  }

  private static func show(_ certificates: [StoredCertificate], _ options: NodeOptions) throws {
    guard !options.json else {
      return try Console.answer([
        "certificates": .array(
          certificates.map {
            .object(present: [
              "id": .string($0.id), "tenant": .string($0.tenant), "issued": .string($0.issuedAt), "index": .integer($0.leafIndex),
              "released": $0.releasedAt.map(JSONValue.string), "follows": $0.follows.map(JSONValue.string),
            ])
          })
      ])
    }
    var table = TextTable(["certificate", "tenant", "issued", "log index"])
    for one in certificates { table.add([one.id, one.tenant, one.issuedAt, String(one.leafIndex)]) }
    Console.answer(table.text)
  }
}
