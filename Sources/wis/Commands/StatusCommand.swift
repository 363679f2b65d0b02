import Agent
import ArgumentParser
import Evidence
import PolicyLanguage
import Retention

/// `wis status`: where things stand.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Tell what the last run found, what waits for a person, and what is held.",
    discussion: "Example: wis status --json")

  @OptionGroup var options: NodeOptions

  func run() throws {
    let node = try options.node()
    let waiting = try node.state.waitingPlans(of: nil)
    let holds = try node.state.holds(on: nil).filter { $0.release == nil }
    let vanished = try node.vanishedTenants()
    var table = TextTable(["tenant", "agreement", "last run", "result", "oldest overdue", "waiting", "certificates"])
    var answers: [JSONValue] = []
    var statuses: [ExitStatus] = []
    var requests: [(tenant: String, status: RequestStatus, time: LocalTime)] = []
    var copies: [CopyStatus] = []
    var ends: [OffboardingText] = []
    for tenant in try node.tenants([]) {
      let id = tenant.tenant.id
      let status = try node.state.status(of: id)
      let plans = waiting.filter { $0.tenant == id }
      let certificates = try node.state.certificates(of: id)
      let time = try node.localTime(of: tenant)
      let asked = try node.requests(about: tenant).filter { $0.stored.state == .open }
      requests += asked.map { (tenant: id, status: $0, time: time) }
      table.add([
        id, tenant.agreement.name, status?.lastRunAt ?? "never", status?.result ?? "–", status?.oldestDue ?? "–", String(plans.count),
        String(certificates.count),
      ])
      let open = try CopyStatus(node.openCopies(of: tenant), of: id, on: node.today(of: tenant))
      copies.append(open)
      let end = try OffboardingText(of: tenant, on: node)
      ends += [end].compactMap(\.self)
      answers.append(
        .object(present: [
          "tenant": .string(id), "agreement": .string(tenant.agreement.name), "lastRun": status.map { .string($0.lastRunAt) },
          "result": status.map { .string($0.result) }, "oldestOverdue": status?.oldestDue.map(JSONValue.string),
          "counts": try status.map { try JSONValue(parsing: $0.counts.utf8) },
          "waiting": .array(plans.map { .string($0.digest) }), "certificates": .array(certificates.map { .string($0.id) }),
          "requests": .array(asked.map { .object(RequestText.members($0, time)) }), "copies": open.json,
          "offboarding": end?.json,
        ]))
      if let end, end.isOverdue { statuses.append(.notDone) }
      for request in asked { statuses.append(request.isOverdue ? .notDone : request.stage.needsPerson ? .waiting : .done) }
      statuses.append(status?.result == "failed" || open.isOverdue || open.isLeft ? .notDone : plans.isEmpty ? .done : .waiting)
    }
    if options.json {
      try Console.answer([
        "node": .string(node.inventory.node), "stopped": .bool(StopFile(of: node).isSet), "tenants": .array(answers),
        "holds": .array(holds.map { .string($0.id) }), "vanished": vanished.json,
      ])
    } else {
      if StopFile(of: node).isSet { Console.answer("stopped by \(StopFile(of: node).path)") }
      Console.answer(table.text)
      for plan in waiting { Console.answer("waiting: plan \(plan.digest.prefix(12)) of \(plan.tenant), as of \(plan.asOf)") }
      for line in copies.flatMap(\.lines) { Console.answer(line) }
      for line in ends.compactMap(\.line) { Console.answer(line) }
      for (tenant, request, time) in requests {
        let due = request.deadline.map { ", due \(RequestText.words($0, time))\(request.isOverdue ? ": overdue" : "")" } ?? ""
        Console.answer("request \(request.stored.request.id) of \(tenant): \(request.stage.word)\(due)")
      }
      for hold in holds {
        Console.answer("hold \(hold.id) on \(hold.tenant)\(hold.table.map { " " + $0 } ?? "")\(hold.seal == nil ? "" : " (one person)")")
      }
    }
    vanished.tell()
    try ExitStatus.together(statuses + (vanished.isEmpty ? [] : [.notDone])).end()
  }
}
