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

  /// What the stretch changes for the rows of one table.
  public struct Change {
    /// The table.
    public let table: Table
    /// Those that may go.
    public let going: Condition
    /// Those that would have to be reduced while others need them, and would not before.
    public let reduced: Condition
  }

  /// What it changes, by table; a table in which it changes nothing is missing.
  public func changes(under policy: TenantPolicy, in schema: Schema) throws(DecisionError) -> [Change] {
    func decision(on day: CivilDate) throws(DecisionError) -> TenantDecision {
      try TenantDecision(policy: policy, schema: schema, today: day, holds: holds, instruction: instruction)
    }
    let earlier = try after.map(decision)
    return try decision(on: until).tables.map { table in
      let before = earlier?.table(table.table.name)
      let due = Condition.rows(of: table.due, notOf: before?.due ?? .constant(false))
      return Change(
        table: table.table, going: .rows(of: table.erasable, notOf: before?.erasable ?? .constant(false)),
        reduced: table.reduction.map { .conjunction([due, table.needed, .negation(.row($0.isDone))]) } ?? .constant(false))
    }.filter { $0.going != .constant(false) || $0.reduced != .constant(false) }
  }
}

extension EndingRows: CustomStringConvertible {
  /// The days alone: neither keys of persons nor anything else that is not the same for the same rows.
  public var description: String { "\(after.map { "\($0)" } ?? "")..\(until)" }
}
