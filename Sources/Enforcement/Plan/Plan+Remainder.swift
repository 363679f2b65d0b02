public import Evidence
public import Retention

extension Plan {
  /// The steps as a run remembers them: how many rows of which kind are to be handled how, and how old they are.
  public var record: JSONValue {
    .array(
      steps.map {
        .object(present: [
          "table": .string($0.table.table.name), "category": .string($0.category.name), "action": .string($0.action.rawValue),
          "rows": .integer(Int64($0.rows)), "from": $0.count.clocks.map { .string($0.lowerBound.description) },
          "until": $0.count.clocks.map { .string($0.upperBound.description) },
        ])
      })
  }

  /// Whether this plan is what is left of an earlier one, of which some rows are done: no step that was not planned, and
  /// no more rows in any.
  public func isRemainder(of planned: JSONNode, done: [StepName: Int]) throws(EvidenceError) -> Bool {
    var allowed: [StepName: Int] = [:]
    for step in try planned.elements() {
      let name = StepName(
        table: try step["table"].string(), category: Category(try step["category"].string()), action: try step["action"].choice())
      allowed[name] = Int(try step["rows"].integer()) - (done[name] ?? 0)
    }
    return steps.allSatisfy { $0.rows <= allowed[$0.name] ?? 0 }
  }
}

extension RecordedStep {
  /// What tells the step from the others of its plan.
  public var name: StepName { StepName(table: table, category: category, action: action) }

  /// The steps that a run remembers.
  public static func read(_ record: JSONNode) throws(EvidenceError) -> [RecordedStep] {
    var steps: [RecordedStep] = []
    for step in try record.elements() {
      var clocks: ClosedRange<CivilDate>?
      if let from = try step["from"].ifPresent?.string(), let until = try step["until"].ifPresent?.string() {
        guard let first = CivilDate(from), let last = CivilDate(until), first <= last else { throw step.wrong("two days") }
        clocks = first...last
      }
      steps.append(
        RecordedStep(
          table: try step["table"].string(), category: Category(try step["category"].string()), action: try step["action"].choice(),
          clocks: clocks))
    }
    return steps
  }
}

extension PlanDocument {
  /// Whether this document follows from the same policies, schema and day as an earlier one.
  public func follows(_ earlier: JSONNode) -> Bool {
    agrees(with: earlier, on: ["tenant", "asOf", "request"]) && isGroundedAs(earlier)
  }

  /// Whether an earlier plan, of whatever day, rests on the same policies and schema.
  public func isGroundedAs(_ earlier: JSONNode) -> Bool {
    agrees(with: earlier, on: ["agreement", "map", "schema", "level"])
  }

  private func agrees(with earlier: JSONNode, on members: [String]) -> Bool {
    let mine = JSONNode(body)
    return members.allSatisfy { mine[$0].value == earlier[$0].value }
  }
}
