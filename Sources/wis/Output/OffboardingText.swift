import Agent
import Enforcement
import Evidence
import Foundation
import Retention

/// Where the end of one contract stands, for people and for scripts.
struct OffboardingText {
  private let tenant: TenantPolicy
  private let offboarding: Offboarding
  private let log: OffboardingLog
  private let overdue: [OffboardingStep]
  private let plans: [StoredPlan]
  private let certificates: [String]
  private let missingReminders: [CivilDate]
  private let hasEnded: Bool

  /// Nil while the contract runs.
  init?(of tenant: TenantPolicy, on node: Node) throws {
    guard let offboarding = try node.offboarding(of: tenant) else { return nil }
    let today = try node.today(of: tenant)
    self.tenant = tenant
    self.offboarding = offboarding
    log = try node.offboardingLog(of: tenant.tenant.id)
    overdue = offboarding.overdue(on: today).map(\.step)
    plans = try node.waitingDestructionPlans(of: tenant)
    certificates = try node.endCertificates(of: tenant)
    let past = offboarding.isWithoutInstruction ? offboarding.reminders.filter { $0 < today } : []
    missingReminders = Array(past.dropFirst(log.reminded.count))
    hasEnded = tenant.tenant.contract.ended.map { $0 < today } ?? false
  }

  /// How a command that tells this ends.
  var status: ExitStatus {
    if offboarding.current == nil { return .done }
    return isOverdue ? .notDone : .waiting
  }

  /// Whether the day of a step, or of a reminder, has passed.
  var isOverdue: Bool { !overdue.isEmpty || !missingReminders.isEmpty }

  /// One line about it among other things; nil when it is closed.
  var line: String? {
    guard log.closed == nil, let current = offboarding.current else { return nil }
    let late = overdue.isEmpty ? "" : "; overdue: \(overdue.map(\.rawValue).joined(separator: ", "))"
    let silent = offboarding.isWithoutInstruction ? " without instruction" : ""
    return "offboarding: \(id): ended on \(ended)\(silent): \(current.step.rawValue): \(current.state.words)\(late)"
  }

  private var id: String { tenant.tenant.id }
  private var ended: String { tenant.tenant.contract.ended?.description ?? "–" }

  func show() {
    if let closed = log.closed {
      Console.answer("\(id): the contract ended on \(ended); closed at \(closed.at)")
    } else {
      Console.answer("\(id): the contract \(hasEnded ? "ended" : "ends") on \(ended)")
    }
    if offboarding.isWithoutInstruction {
      Console.answer(
        "  ended without instruction: remind the controller on \(offboarding.reminders.map(\.description).joined(separator: ", "))"
          + "; \(log.reminded.count) reminders were sent"
          + (missingReminders.isEmpty ? escalation : ", one is due: wis offboard remind \(id)"))
    }
    if let choice = log.choice?.facts {
      let form = choice.evidence == nil ? "" : ", in writing"
      Console.answer("  the controller chose \(choice.wish) on \(choice.on), to the \(choice.to)\(form)")
    }
    for line in fees { Console.answer("  \(line)") }
    var table = TextTable(["step", "clause", "due", "state"])
    for progress in offboarding.steps {
      table.add([
        progress.step.rawValue, progress.clause ?? "–", progress.state.due?.description ?? "–",
        progress.state.words + (overdue.contains(progress.step) ? ", overdue" : ""),
      ])
    }
    Console.answer(table.text)
    if let returned = log.returned?.facts {
      Console.answer("returned: \(returned.file)\n  SHA-256 \(returned.sha256)")
      if returned.isIncomplete { Console.answer("  incomplete: files that records name were not there; see its README") }
    }
    if log.delivered != nil, log.received == nil, !log.isSilenceReceipt {
      Console.answer("  silence is no receipt: nobody has shown to open what is encrypted to this key")
    }
    if let changed = log.changed?.facts {
      let tables = changed.tables.joined(separator: ", ")
      Console.answer(
        log.isRemovalStopped
          ? "the data was changed after it was sealed: \(tables); what is left stays until its duty ends"
          : "the data was changed after it was returned: \(tables); return it again")
    }
    for certificate in certificates { Console.answer("certificate: \(certificate)") }
    if let next { Console.answer("next: \(next)") }
  }

  private var escalation: String {
    log.reminded.count < offboarding.reminders.count ? "" : "; escalate: speak to whoever signed the contract"
  }

  /// What a person can do now.
  private var next: String? {
    guard let current = offboarding.current, case .open = current.state else {
      let isSilent = offboarding.steps.contains { if case .blocked(.choice, _) = $0.state { true } else { false } }
      return isSilent
        ? "wis offboard \(id) --choice return|destroy|both --written FILE --by ROLE" : nil
    }
    return switch current.step {
    case .stop: "stop every use of the data, then: wis offboard stop \(id)"
    case .notify: "wis offboard continue \(id)"
    case .handOver: log.choice?.facts.out == nil ? "wis offboard continue \(id) --out DIR" : "wis offboard continue \(id)"
    case .deliver: "hand over the package, then: wis offboard deliver \(id)"
    case .receive: "wis offboard receipt \(id) --sha256 HASH --evidence FILE"
    case .approve:
      plans.isEmpty
        ? "wis offboard continue \(id)"
        : "a second person: " + plans.map { "wis approve \($0.digest.prefix(12))" }.joined(separator: "; ")
    case .expire: "see wis backup list \(id): of a place without path or command nobody can tell that its copies are gone"
    case .certify: "nothing was ever erased: look whether wis.yaml names the right database"
    case .destroy, .close: "wis offboard continue \(id)"
    }
  }

  private var fees: [String] {
    tenant.agreement.onRequest.compactMap(\.fee).map { fee in
      let cents = fee.cents % 100
      let amount = "\(fee.currency) \(fee.cents / 100).\(cents < 10 ? "0" : "")\(cents)"
      return "costs: \(amount) (clause \(fee.clause)); recorded, never a condition"
    }
  }

  var json: JSONValue {
    .object(present: [
      "tenant": .string(id), "ended": .string(ended), "closed": log.closed.map { .string($0.at) },
      "withoutInstruction": .bool(offboarding.isWithoutInstruction),
      "reminders": .array(offboarding.reminders.map { .string($0.description) }), "reminded": .array(log.reminded.map { .string($0) }),
      "choice": log.choice.map { .string($0.facts.wish) }, "to": log.choice.map { .string($0.facts.to) },
      "requests": log.choice.map { .array($0.facts.requests.map { .string($0) }) }, "costs": .array(fees.map { .string($0) }),
      "plans": .array(plans.map { .string($0.digest) }), "certificates": .array(certificates.map { .string($0) }),
      "returned": log.returned.map {
        .object(present: [
          "file": .string($0.facts.file.precomposedStringWithCanonicalMapping), "sha256": .string($0.facts.sha256),
          "archiveSha256": .string($0.facts.archive), "at": .string($0.at), "incomplete": .bool($0.facts.isIncomplete),
          "recipient": $0.facts.recipient.map(JSONValue.string),
        ])
      }, "changed": log.changed.map { .array($0.facts.tables.map { .string($0) }) },
      "steps": .array(
        offboarding.steps.map { progress in
          .object(present: [
            "step": .string(progress.step.rawValue), "clause": progress.clause.map(JSONValue.string),
            "due": progress.state.due.map { .string($0.description) }, "state": .string(progress.state.word),
            "on": progress.state.day.map { .string($0.description) }, "waitsFor": progress.state.obstacle.map(JSONValue.string),
            "overdue": .bool(overdue.contains(progress.step)),
          ])
        }),
    ])
  }

  /// Goes as far as possible, tells where it stands, and ends the command.
  static func advance(_ desk: EndDesk, _ way: OffboardCommand.Way, _ node: Node, _ options: NodeOptions) throws {
    let report = try desk.advance(way.value, environment: ProcessInfo.processInfo.environment, progress: options.progress)
    let done = report.map { RunReport([$0], options).tellWithin() }
    guard let text = try OffboardingText(of: desk.policy, on: node) else { return }
    if options.json { try Console.answer(text.json) } else { text.show() }
    try ExitStatus.together([text.status] + [done].compactMap(\.self)).end()
  }
}

extension Offboarding.State {
  fileprivate var due: CivilDate? {
    switch self {
    case .done, .notAsked: nil
    case .blocked(_, let due), .open(let due): due
    }
  }

  fileprivate var day: CivilDate? {
    switch self {
    case .done(let day): day
    case .notAsked, .blocked, .open: nil
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
    case .choice: "the controller's choice; record it with wis offboard or wis request add"
    case .instruction: "the controller's instruction what becomes of the data that is left here"
    case .word(let missing): missing.map(\.words).joined(separator: ", and ")
    case .periods: "the end of the agreed periods"
    case .duty: "the end of what forbids the rest, which has no date"
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
