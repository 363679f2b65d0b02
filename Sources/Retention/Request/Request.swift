/// What somebody asked, as far as the rules need to know it.
public struct Request: Hashable, Sendable {
  /// The name by which plans, logs and certificates refer to it.
  public let id: String
  /// Who asked.
  public let asker: RequestRule.Asker
  /// In which role, if that was told.
  public let role: String?
  /// What was asked.
  public let wanted: RequestRule.Action
  /// Whose data it is about.
  public let about: RequestRule.Reach
  /// When it was received.
  public let receipt: Receipt
  /// When it was first there in writing, with its evidence; nil before.
  public let written: Receipt?
  /// What the controller answered when it was asked back; nil before.
  public let answer: Answer?

  /// What a controller wants once it was warned of its own duties and offered the data.
  public enum Answer: String, Hashable, Sendable, CaseIterable {
    /// That everything goes.
    case erase
    /// That what it must keep itself stays, restricted, until it may go.
    case keepDuties = "keep-duties"
  }

  /// A request with everything the rules need.
  public init(
    id: String, asker: RequestRule.Asker, role: String?, wanted: RequestRule.Action, about: RequestRule.Reach, receipt: Receipt,
    written: Receipt?, answer: Answer?
  ) {
    self.id = id
    self.asker = asker
    self.role = role
    self.wanted = wanted
    self.about = about
    self.receipt = receipt
    self.written = written
    self.answer = answer
  }
}

/// A request that a clause lets the processor carry out, by erasing or by restricting.
public struct Instruction: Hashable, Sendable {
  /// The request.
  public let request: String
  /// The rule that lets it be carried out.
  public let rule: RequestRule
  /// The duties that end with it.
  public let lifts: Set<String>
  /// Whether holds for duties of the controller end with it too.
  public let overrulesController: Bool
  /// The key of the person it is about; nil is all of the tenant's data.
  public let subject: PredicateValue?

  /// Whether rows are marked for it and none goes.
  public var isRestricting: Bool { rule.action == .restrict }

  /// The same instruction where none of these rules stands against it, because what they keep is kept elsewhere.
  public func lifting(_ rules: [RetentionRule]) -> Instruction {
    Instruction(
      request: request, rule: rule, lifts: lifts.union(rules.map(\.name)), overrulesController: overrulesController, subject: subject)
  }
}
