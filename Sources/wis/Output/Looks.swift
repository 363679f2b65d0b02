import Agent
import Evidence
import Retention

/// Looks at tenants one after another, so that one tenant's trouble does not hide the others, and tells how it ended.
struct Looks {
  private let node: Node
  private let options: NodeOptions
  private var answers: [JSONValue] = []
  private var statuses: [ExitStatus] = []

  init(node: Node, options: NodeOptions) {
    self.node = node
    self.options = options
  }

  /// Calls `look` with each of the tenants, and collects its answers.
  mutating func each(_ names: [String], _ look: (TenantPolicy) throws -> (JSONValue, ExitStatus)) throws {
    for tenant in try node.tenants(names) {
      do {
        let (answer, status) = try look(tenant)
        answers.append(answer)
        statuses.append(status)
      } catch {
        let told = Complaining.about(error)
        for line in Complaining.lines(about: error, of: tenant.tenant.id) { Console.note("error: \(line)") }
        answers.append(["tenant": .string(tenant.tenant.id), "error": .string(told.lines.joined(separator: "; "))])
        statuses.append(told.status)
      }
    }
  }

  /// Prints the JSON document, if that is wanted, and ends the command.
  func end() throws {
    if options.json { try Console.answer(["tenants": .array(answers)]) }
    try ExitStatus.together(statuses).end()
  }
}
