import Agent
import ArgumentParser
import Evidence
import Retention

/// `wis offboard`: the end of a contract.
struct OffboardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "offboard", abstract: "Tell where the ends of contracts stand.", subcommands: [Status.self])

  struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Tell each step of an ended contract, with its clause, its day, and what it waits for.",
      discussion: """
        The end stands in wis.yaml as 'contract: {ended: DATE}'; what the controller wants is recorded with wis request.
        Example: wis offboard status kade
        """)

    @Argument(help: "The tenants; all of them when none is named.") var tenants: [String] = []
    @OptionGroup var options: NodeOptions

    func run() throws {
      let node = try options.node()
      var looks = Looks(node: node, options: options)
      try looks.each(tenants) { tenant in
        let id = tenant.tenant.id
        guard let ended = tenant.tenant.contract.ended, let offboarding = try node.offboarding(of: tenant) else {
          if !options.json, !tenants.isEmpty { Console.answer("\(id): the contract runs") }
          return (["tenant": .string(id), "ended": .null], .done)
        }
        let overdue = try offboarding.overdue(on: node.today(of: tenant)).map(\.step)
        if !options.json { show(offboarding, overdue, of: id, ended) }
        let status: ExitStatus = overdue.isEmpty ? (offboarding.current == nil ? .done : .waiting) : .notDone
        return (json(offboarding, overdue, of: id, ended), status)
      }
      try looks.end()
    }

    private func show(_ offboarding: Offboarding, _ overdue: [OffboardingStep], of tenant: String, _ ended: CivilDate) {
      Console.answer("\(tenant): the contract ended on \(ended)")
      if offboarding.isWithoutInstruction {
        Console.answer(
          "  ended without instruction: remind the controller on \(offboarding.reminders.map(\.description).joined(separator: ", "))")
      }
      var table = TextTable(["step", "clause", "due", "state"])
      for progress in offboarding.steps {
        table.add([
          progress.step.rawValue, progress.clause ?? "–", progress.state.due?.description ?? "–",
          progress.state.words + (overdue.contains(progress.step) ? ", overdue" : ""),
        ])
      }
      Console.answer(table.text)
    }

    private func json(_ offboarding: Offboarding, _ overdue: [OffboardingStep], of tenant: String, _ ended: CivilDate) -> JSONValue {
      [
        "tenant": .string(tenant), "ended": .string(ended.description),
        "withoutInstruction": .bool(offboarding.isWithoutInstruction),
        "reminders": .array(offboarding.reminders.map { .string($0.description) }),
        "steps": .array(
          offboarding.steps.map { progress in
            .object(present: [
              "step": .string(progress.step.rawValue), "clause": progress.clause.map(JSONValue.string),
              "due": progress.state.due.map { .string($0.description) }, "state": .string(progress.state.word),
              "waitsFor": progress.state.obstacle.map(JSONValue.string), "overdue": .bool(overdue.contains(progress.step)),
            ])
          }),
      ]
    }
  }
}

extension Offboarding.State {
  fileprivate var due: CivilDate? {
    switch self {
    case .done, .notAsked: nil
    case .blocked(_, let due), .open(let due): due
    }
  }

  fileprivate var word: String {
    switch self {
    case .done: "done"
    case .notAsked: "not-asked"
    case .blocked: "blocked"
    case .open: "open"
    }
  }

  fileprivate var obstacle: String? {
    guard case .blocked(let obstacle, _) = self else { return nil }
    return switch obstacle {
    case .step(let step): "the step '\(step.rawValue)'"
    case .choice: "the controller's choice; record it with wis request add"
    case .instruction: "the controller's instruction what becomes of the data that is left here"
    case .word(let missing): missing.map(\.words).joined(separator: ", and ")
    case .periods: "the end of the agreed periods"
    case .duty: "the end of a duty or hold that has no date"
    case .day(let day): "the day \(day)"
    case .subProcessors(let names): "the confirmation of \(names.joined(separator: ", "))"
    case .unknownExpiry: "the day on which the copies expire, which nobody can tell yet"
    }
  }

  fileprivate var words: String {
    switch self {
    case .done(let day): "done on \(day)"
    case .notAsked: "not asked for"
    case .blocked: "waits for \(obstacle ?? "")"
    case .open: "to be done"
    }
  }
}

extension Ruling.Missing {
  fileprivate var words: String {
    switch self {
    case .writing: "the controller's word in writing"
    case .sender: "a sender whom the controller registered"
    case .answer: "the controller's answer to the warning and the offer; record it with wis request confirm"
    }
  }
}
