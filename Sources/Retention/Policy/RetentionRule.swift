/// One sentence of an agreement, a law or a controller's instruction about how long data is kept.
public struct RetentionRule: Hashable, Sendable {
  /// The name by which plans, explanations and certificates refer to the rule.
  public let name: String
  /// The clause it comes from, as `11.4`.
  public let clause: String
  /// The kinds of data it speaks about.
  public let scope: CategoryScope
  /// How long, and from when.
  public let keeping: Keeping
  /// What it forbids and demands; empty for a rule that only says why data is still there.
  public let force: Set<Force>
  /// The statute it rests on, as `nl/awr-52`.
  public let ground: String?
  /// Whom its duty binds.
  public let binds: BoundParty

  /// A rule that forbids erasing too early, demands erasing in time, or both.
  public enum Force: String, Hashable, Sendable, CaseIterable {
    /// Must not go earlier.
    case duty
    /// Must not stay longer.
    case limit
  }

  /// How long data is kept under a rule.
  public enum Keeping: Hashable, Sendable {
    /// For a period counted from a point.
    case period(Period, from: CountedFrom)
    /// Until the controller asks for it; no date follows from the rule.
    case untilRequest
  }

  /// The point that a period counts from.
  public enum CountedFrom: Hashable, Sendable {
    /// The day of a clock of the record; nil is the record's only clock.
    case clock(String?)
    /// The end of the calendar year of that clock's day.
    case endOfCalendarYear(clock: String?)
    /// The end of the fiscal year of that clock's day.
    case endOfFiscalYear(clock: String?)
    /// The day on which the tenant's contract ended.
    case endOfContract
  }

  /// A rule with everything it says.
  public init(
    name: String, clause: String, scope: CategoryScope, keeping: Keeping, force: Set<Force>, ground: String?, binds: BoundParty
  ) {
    self.name = name
    self.clause = clause
    self.scope = scope
    self.keeping = keeping
    self.force = force
    self.ground = ground
    self.binds = binds
  }
}

/// The categories that a rule speaks about.
public enum CategoryScope: Hashable, Sendable {
  case all
  case only(Set<Category>)

  /// Whether a category falls under the scope; impersonal data never does.
  public func contains(_ category: Category) -> Bool {
    switch self {
    case .all: category != .impersonal
    case .only(let categories): categories.contains(category)
    }
  }
}

extension RetentionRule: CustomStringConvertible {
  /// One fixed text for each rule; it changes when anything that the rule says does.
  public var description: String {
    let scope =
      switch scope {
      case .all: "all"
      case .only(let categories): categories.sorted().map(\.name).joined(separator: ",")
      }
    let keeping =
      switch keeping {
      case .untilRequest: "until request"
      case .period(let period, let from): "\(period) from \(from)"
      }
    return
      "\(name) (\(clause)) on \(scope): \(keeping), \(force.map(\.rawValue).sorted()), \(ground ?? "no ground"), binds \(binds.rawValue)"
  }
}
