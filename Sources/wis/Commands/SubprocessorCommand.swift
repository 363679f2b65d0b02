import Agent
import ArgumentParser
import Evidence
import Retention

/// `wis subprocessor`: those who process for the processor must follow.
struct SubprocessorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "subprocessor", abstract: "Notify sub-processors of what must go, and record their word that it did.",
    subcommands: [Notify.self, Confirm.self, List.self])

  struct Notify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write the notices that are due, and deliver them where wis.yaml names a program for it.",
      discussion: """
        A notice is written once for each sub-processor and certificate, and once when the contract has ended; wis run does it \
        by itself. With --request, one for each sub-processor is written about that request. It holds no personal data: whom it \
        concerns goes another, secure way.
        Example: wis subprocessor notify bakker
        """)

    @Argument(help: "The tenants; all of them when none is named.") var tenants: [String] = []
    @Option(name: .customLong("run"), help: "Only about what this run erased, as R-12.") var runName: String?
    @Option(help: "About this request, as RQ-3.") var request: String?
    @OptionGroup var options: NodeOptions

    func validate() throws {
      guard runName == nil || request == nil else { throw ValidationError("name a run or a request, not both") }
      guard runName == nil || number != nil else { throw ValidationError("'\(runName ?? "")' is not the name of a run, as R-12") }
    }

    private var number: Int64? {
      runName.flatMap { Int64($0.hasPrefix("R-") || $0.hasPrefix("r-") ? String($0.dropFirst(2)) : $0) }
    }

    func run() throws {
      let node = try options.node()
      var looks = Looks(node: node, options: options)
      try looks.each(tenants) { tenant in
        let desk = NoticeDesk(node: node, policy: tenant)
        let (done, problems) = try request.map { try desk.serve(request: $0) } ?? desk.serve(run: number)
        for notice in done where !options.json { Console.answer("\(notice.name) to \(notice.processor): \(desk.path(of: notice))") }
        if done.isEmpty, problems.isEmpty, !options.json { Console.answer("\(tenant.tenant.id): nobody to notify") }
        let told = problems.map { Complaining.about($0) }
        for line in told.flatMap(\.lines) { Console.note("error: tenant \(tenant.tenant.id): \(line)") }
        let answer: JSONValue = [
          "tenant": .string(tenant.tenant.id),
          "notices": .array(
            done.map { ["notice": .string($0.name), "subprocessor": .string($0.processor), "file": .string(desk.path(of: $0))] }),
          "problems": .array(told.flatMap(\.lines).map(JSONValue.string)),
        ]
        return (answer, .together(told.map(\.status)))
      }
      try looks.end()
    }
  }

  struct Confirm: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Record a sub-processor's word that it followed.",
      discussion: """
        The SHA-256 of the evidence and the time are kept; the evidence itself stays where it is. Without --certificate it counts for \
        everything that was erased before now.
        Example: wis subprocessor confirm kade 'Nmbrs B.V.' --evidence answer.pdf
        """)

    @Argument(help: "The tenant.") var tenant: String
    @Argument(help: "The sub-processor's name, as the agreement has it.") var name: String
    @Option(help: ArgumentHelp("What it answered.", valueName: "file")) var evidence: String
    @Option(help: "Only what this certificate is about.") var certificate: String?
    @OptionGroup var options: NodeOptions

    func run() throws {
      let node = try options.node()
      guard let policy = try node.tenants([tenant]).first else { return }
      let id = try certificate.map { try CertificateID(typed: $0).text }
      let confirmed = try NoticeDesk(node: node, policy: policy).confirm(name, evidence: evidence, certificate: id)
      guard options.json else { return Console.answer("recorded: \(name) confirmed; SHA-256 of the evidence \(confirmed.evidence)") }
      try Console.answer(["tenant": .string(tenant), "subprocessor": .string(name), "evidence": .string(confirmed.evidence)])
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the sub-processors with their notices and what they confirmed.", discussion: "Example: wis subprocessor list kade")

    @Argument(help: "The tenants; all of them when none is named.") var tenants: [String] = []
    @OptionGroup var options: NodeOptions

    func run() throws {
      let node = try options.node()
      var table = TextTable(["tenant", "sub-processor", "purpose", "notice", "about", "made", "delivery", "confirmed"])
      var looks = Looks(node: node, options: options)
      try looks.each(tenants) { tenant in
        let id = tenant.tenant.id
        let notices = try node.state.notices(of: id)
        let confirmations = try node.state.confirmations(of: id)
        let names = tenant.subProcessors.map(\.name)
        let former = Set(notices.map(\.processor)).subtracting(names).sorted()
        let parties = (names + former).map { name -> JSONValue in
          let purpose = tenant.subProcessors.first { $0.name == name }?.purpose ?? "–"
          let own = notices.filter { $0.processor == name }
          if own.isEmpty { table.add([id, name, purpose, "–", "–", "–", "–", "–"]) }
          let told = own.map { notice -> JSONValue in
            let confirmation = confirmations.last { $0.answers(notice) }
            let about = notice.certificate ?? notice.reference ?? "–"
            table.add([
              id, name, purpose, notice.name, about, notice.madeAt, notice.delivery.rawValue, confirmation?.at ?? "–",
            ])
            return .object(present: [
              "notice": .string(notice.name), "about": .string(about), "made": .string(notice.madeAt),
              "delivery": .string(notice.delivery.rawValue), "confirmed": confirmation.map { .string($0.at) },
              "evidence": confirmation.map { .string($0.evidence) },
            ])
          }
          return ["subprocessor": .string(name), "purpose": .string(purpose), "notices": .array(told)]
        }
        return (["tenant": .string(id), "subprocessors": .array(parties)], .done)
      }
      if !options.json { Console.answer(table.text) }
      try looks.end()
    }
  }
}
