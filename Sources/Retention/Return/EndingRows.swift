/// The rows that an instruction may take from a day on and might not take on an earlier one: those whose duties, and the duties of all
/// that needs them, end in between. What such rows name is in the same stretch or in a later one, never in an earlier one.
public struct EndingRows: Hashable, Sendable {
  /// The day on which none of them may go yet; nil where there is no earlier stretch.
  public let after: CivilDate?
  /// The first day on which all of them may go.
  public let until: CivilDate
  /// What asks for them to go.
  public let instruction: Instruction
  /// What people placed on them.
  public let holds: [Hold]

  /// The rows of a stretch of time.
  public init(after: CivilDate?, until: CivilDate, instruction: Instruction, holds: [Hold]) {
    self.after = after
    self.until = until
    self.instruction = instruction
    self.holds = holds
  }

  /// The rows by table; a table without any is missing.
  func conditions(under policy: TenantPolicy, in schema: Schema) throws(DecisionError) -> [String: Condition] {
    func decision(on day: CivilDate) throws(DecisionError) -> TenantDecision {
      try TenantDecision(policy: policy, schema: schema, today: day, holds: holds, instruction: instruction)
    }
    let earlier = try after.map(decision)
    var found: [String: Condition] = [:]
    for table in try decision(on: until).tables {
      let gone = earlier?.table(table.table.name)?.erasable ?? .constant(false)
      let rows = Condition.conjunction([table.erasable, .negation(gone)])
      if rows != .constant(false) { found[table.table.name] = rows }
    }
    return found
  }
}

extension EndingRows: CustomStringConvertible {
  /// The days alone: neither keys of persons nor anything else that is not the same for the same rows.
  public var description: String { "\(after.map { "\($0)" } ?? "")..\(until)" }
}
