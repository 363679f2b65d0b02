/// What an agreement says about a request.
public struct Ruling: Hashable, Sendable {
  /// The rule that decides; nil when no clause speaks about such a request.
  public let rule: RequestRule?
  /// What follows.
  public let course: Course
  /// Until when; nil when no term is named, or the term has not begun.
  public let deadline: Deadline?

  /// What is done with a request.
  public enum Course: Hashable, Sendable {
    /// It is refused: no clause provides for it.
    case noClause
    /// It goes to the controller, who decides; the processor does nothing else with it.
    case forward
    /// It is refused for now: the clause counts only after the contract, which ends on the day before this one.
    case afterContract(from: CivilDate?)
    /// Something is missing before it can be carried out.
    case waits(for: [Missing])
    /// People carry it out.
    case byPeople
    /// It is carried out by erasing, with these duties lifted.
    case erase(lifts: Set<String>, overrulesController: Bool)
    /// It is carried out by marking rows, as the data map says.
    case restrict
  }

  /// What a request can lack.
  public enum Missing: String, Hashable, Sendable, CaseIterable {
    /// The form that the clause demands, or that anything irreversible needs: in writing, with its evidence.
    case writing
    /// A sender whom the controller registered.
    case sender
    /// The controller's answer to the warning and to the offer of its data.
    case answer
  }

  /// What the tenant's agreement says about a request, on a day.
  public init(on request: Request, under policy: TenantPolicy, today: CivilDate) {
    guard let rule = policy.agreement.rule(for: request, hasEnded: policy.tenant.hasEnded(on: today)) else {
      (rule, course, deadline) = (nil, .noClause, nil)
      return
    }
    self.rule = rule
    if rule.action == .forward {
      (course, deadline) = (.forward, rule.deadline(after: request.receipt))
      return
    }
    if rule.isAfterContract, !policy.tenant.hasEnded(on: today) {
      (course, deadline) = (.afterContract(from: policy.tenant.contract.ended.flatMap { $0.adding(days: 1) }), nil)
      return
    }
    // A first request starts the term, in whatever form; but where the clause demands a form, only that form is a request.
    let start = rule.form == .written ? request.written : request.receipt
    deadline = start.flatMap(rule.deadline)
    let missing = Self.missing(request, rule, policy.tenant)
    if !missing.isEmpty {
      course = .waits(for: missing)
    } else if rule.action == .erase {
      let all = rule.asksBack ? request.answer == .erase : true
      course = .erase(lifts: all ? Set(rule.lifts) : [], overrulesController: all && rule.asksBack)
    } else {
      let marks = rule.action == .restrict && policy.map.tables.values.contains { !$0.mark.isEmpty }
      course = marks ? .restrict : .byPeople
    }
  }

  private static func missing(_ request: Request, _ rule: RequestRule, _ tenant: Tenant) -> [Missing] {
    var missing: [Missing] = []
    if rule.form == .written || rule.action == .erase, request.written == nil { missing.append(.writing) }
    if request.asker == .controller, !tenant.instructors.isEmpty, !tenant.instructors.contains(where: { $0 == request.role }) {
      missing.append(.sender)
    }
    if rule.asksBack, request.answer == nil { missing.append(.answer) }
    return missing
  }
}

extension Ruling {
  /// The instruction that follows for the person with a key, or for all data; nil when no row is to be changed.
  public func instruction(of request: Request, subject: PredicateValue?) -> Instruction? {
    guard let rule, (request.about == .subject) == (subject != nil) else { return nil }
    let (lifts, overrulesController): (Set<String>, Bool)
    switch course {
    case .erase(let lifted, let overrules): (lifts, overrulesController) = (lifted, overrules)
    case .restrict: (lifts, overrulesController) = ([], false)
    case .noClause, .forward, .afterContract, .waits, .byPeople: return nil
    }
    return Instruction(request: request.id, rule: rule, lifts: lifts, overrulesController: overrulesController, subject: subject)
  }
}

extension Tenant {
  /// Whether the contract's last day has passed.
  func hasEnded(on today: CivilDate) -> Bool { contract.ended.map { $0 < today } ?? false }
}

extension Agreement {
  /// The rule about such a request: of several the one that already counts, then the first. What a data subject asks is
  /// forwarded, unless a clause lets the processor act on it.
  fileprivate func rule(for request: Request, hasEnded: Bool) -> RequestRule? {
    let fitting = onRequest.filter { $0.from == request.asker && ($0.about == nil || $0.about == request.about) }
    let own = fitting.filter { $0.action == request.wanted }
    return own.first { hasEnded || !$0.isAfterContract } ?? own.first ?? fitting.first { $0.action == .forward }
  }
}
