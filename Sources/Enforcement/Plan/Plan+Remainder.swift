public import Evidence
public import Retention

extension Plan {
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

extension PlanDocument {
  /// Whether this document follows from the same policies, schema and day as an earlier one.
  public func follows(_ earlier: JSONNode) -> Bool {
    let mine = JSONNode(body)
    return ["tenant", "asOf", "agreement", "map", "schema", "level"].allSatisfy { mine[$0].value == earlier[$0].value }
  }
}
