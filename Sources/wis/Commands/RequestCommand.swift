import Agent
public import ArgumentParser
import Enforcement
import Evidence
public import Retention

/// `wis request`: what controllers and data subjects ask.
struct RequestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "request", abstract: "Record what a controller or data subject asks, and see what the agreement says about it.",
    discussion: """
      The agreement's clause decides: whether the request is sufficient, until when it must be dealt with, what is refused for now and \
      from which day it is possible. wis run carries out what can be erased, and later what a duty refused.
      """, subcommands: [Add.self, List.self, Show.self, Confirm.self, Done.self, Withdraw.self, Letter.self])

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Record a request.",
      discussion: """
        Of the person only a sealed key is kept, of the evidence only its SHA-256.
        Example: wis request add bakker --from controller --what erase --subject bsn=111222333 --evidence letter.pdf --by 'head of HR'
        """)

    @Argument(help: "The tenant.") var tenant: String
    @Option(help: "Who asks.") var from: RequestRule.Asker
    @Option(help: "What is asked.") var what: Wanted
    @Option(help: "In which form; without it, what follows from the evidence.") var form: Form?
    @Option(help: ArgumentHelp("The person it is about; without it, all data. \(TypedPerson.inputHelp)", valueName: "TYPE=ID")) var subject:
      String?
    @Option(help: ArgumentHelp("When it was received, if not now.", valueName: "YYYY-MM-DD[THH:MM]"), transform: ReceivedTime.typed)
    var received: ReceivedTime?
    @Option(help: ArgumentHelp("The written request.", valueName: "file")) var evidence: String?
    @Option(help: "In which role the sender asks.") var by: String?
    @Option(help: "A reference, as a ticket's number; without naming anyone.") var reference: String?
    @OptionGroup var options: NodeOptions

    func run() throws {
      let node = try options.node()
      guard let policy = try node.tenants([tenant]).first else { return }
      var new = NewRequest(from: from, what: what.action)
      (new.subject, new.received, new.evidence, new.role, new.reference) = (
        try subject.map(SubjectReference.typed), received, evidence, by, reference
      )
      new.account = Account.current
      new.isOral = form.map { $0 == .oral }
      try RequestText.answer(try node.record(new, about: policy), on: node, options)
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the requests with their deadlines, closed ones too.", discussion: "Example: wis request list bakker")

    @Argument(help: "The tenants; all of them when none is named.") var tenants: [String] = []
    @OptionGroup var options: NodeOptions

    func run() throws {
      let node = try options.node()
      var table = TextTable(["request", "tenant", "from", "asks", "about", "received", "due", "stands"])
      var answers: [JSONValue] = []
      for tenant in try node.tenants(tenants) {
        let time = try node.localTime(of: tenant)
        for status in try node.requests(about: tenant) {
          let request = status.stored.request
          table.add([
            request.id, tenant.tenant.id, request.asker.rawValue, request.wanted.rawValue,
            request.about == .tenant ? "all data" : "one person", time.text(of: request.receipt.moment),
            status.deadline.map { RequestText.words($0, time) } ?? "–", status.stage.word + (status.isOverdue ? " (overdue)" : ""),
          ])
          answers.append(.object(RequestText.members(status, time)))
        }
      }
      if options.json { try Console.answer(["requests": .array(answers)]) } else { Console.answer(table.text) }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Tell where a request stands: the clause, the deadline, what can be done and what is refused for now.",
      discussion: "Example: wis request show R-3")

    @Argument(help: "The request.") var id: String
    @OptionGroup var options: NodeOptions

    func run() throws {
      let node = try options.node()
      try RequestText.answer(try node.state.request(id), on: node, options)
    }
  }

  struct Confirm: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Record that a request is there in writing, or what the controller answered to the warning and the offer of its data.",
      discussion: "Example: wis request confirm R-3 --evidence answer.pdf --answer erase")

    @Argument(help: "The request.") var id: String
    @Option(help: ArgumentHelp("The writing.", valueName: "file")) var evidence: String
    @Option(help: "What the controller answered: erase everything, or keep what it must keep itself.") var answer: Request.Answer?
    @OptionGroup var options: NodeOptions

    func run() throws {
      let node = try options.node()
      try RequestText.answer(try node.confirm(id, evidence: evidence, answer: answer, account: Account.current), on: node, options)
    }
  }

  struct Done: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Record that people have done what a request asks: forwarded, answered, corrected, returned, shielded.",
      discussion: "Example: wis request done R-3")

    @Argument(help: "The request.") var id: String
    @OptionGroup var options: NodeOptions

    func run() throws {
      let node = try options.node()
      try RequestText.answer(try node.complete(id), on: node, options)
    }
  }

  struct Withdraw: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take a request back.",
      discussion: """
        What was erased stays erased. A request to restrict can be taken back when it is completed too: then a mark that a person \
        takes away stays away.
        Example: wis request withdraw R-3
        """)

    @Argument(help: "The request.") var id: String
    @OptionGroup var options: NodeOptions

    func run() throws {
      let node = try options.node()
      try RequestText.answer(try node.withdraw(id), on: node, options)
    }
  }

  struct Letter: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write the reply to a request, in Dutch or English.",
      discussion: "Example: wis request letter R-3 --lang nl --out reply.txt")

    @Argument(help: "The request.") var id: String
    @Option(help: "The language.") var lang: Tongue = .nl
    @Option(help: ArgumentHelp("Write to this file.", valueName: "file")) var out: String?
    @OptionGroup var options: NodeOptions

    func run() throws {
      let node = try options.node()
      let stored = try node.state.request(id)
      let tenant = try node.policy(of: stored)
      let letter = RequestLetter(
        try node.status(of: stored), findings: try node.look(at: stored, on: try node.today(of: tenant)), tenant: tenant,
        issuer: node.inventory.issuer.name, time: try node.localTime(of: tenant), today: try node.today(of: tenant))
      let text = letter.text(in: lang)
      if let out { try DurableFile.write(Array(text.utf8), to: out) }
      if options.json {
        try Console.answer(["request": .string(id), "lang": .string(lang.rawValue), "letter": .string(text)])
      } else if out == nil {
        Console.answer(text)
      }
    }
  }
}

/// What can be asked.
enum Wanted: String, CaseIterable, ExpressibleByArgument {
  case erase, restrict, correct, inform, transfer
  case handOver = "return"

  var action: RequestRule.Action {
    switch self {
    case .erase: .erase
    case .restrict: .restrict
    case .correct: .correct
    case .inform: .inform
    case .transfer: .transfer
    case .handOver: .handOver
    }
  }
}

/// The form of a request.
enum Form: String, CaseIterable, ExpressibleByArgument {
  case written, oral
}

extension RequestRule.Asker: ExpressibleByArgument {}
extension Request.Answer: ExpressibleByArgument {}

extension ReceivedTime {
  /// A day, or a day with a time, as a person types it.
  static func typed(_ text: String) throws -> ReceivedTime {
    guard let time = ReceivedTime(text) else { throw ValidationError("expected a day, as 2026-02-27, or a time, as 2026-02-27T09:30") }
    return time
  }
}
