extension Condition: CustomStringConvertible {
  /// One fixed text for each condition, for people to read in a plan and for its digest to rest on.
  public var description: String {
    switch self {
    case .constant(let value): value ? "always" : "never"
    case .all(let parts): "(" + parts.map(\.description).joined(separator: " and ") + ")"
    case .any(let parts): "(" + parts.map(\.description).joined(separator: " or ") + ")"
    case .not(let part): "not \(part)"
    case .row(let predicate): predicate.description
    case .clock(let clock, let test): "\(clock.column)\(clock.encoding == .civil ? "" : " as \(clock.encoding.rawValue)") \(test)"
    case .parent(let reference, let inner): "[\(reference)] \(inner)"
    case .sealed(_, let name): name
    case .belonging(let reference, let inner): "[\(reference)] \(inner)"
    case .namedByFew(let few): Self.disjunction(few.map { .referenced($0.reference, by: $0.rows) }).description
    case .referenced(let reference, let inner): "named by [\(reference)] \(inner)"
    case .held(let circle): "held by a row that stays through [\(circle.references.map(\.description).joined(separator: ", "))]"
    }
  }
}

extension Condition.ClockTest: CustomStringConvertible {
  /// The test in words.
  public var description: String {
    switch self {
    case .before(let day): "before \(day)"
    case .within(let days): "from \(days.lowerBound) and before \(days.upperBound)"
    case .dated: "dated"
    case .null: "empty"
    }
  }
}

extension Predicate: CustomStringConvertible {
  /// The predicate in words.
  public var description: String {
    switch self {
    case .equals(let column, let value): "\(column) is \(value)"
    case .oneOf(let column, let values): "\(column) in \(values)"
    case .before(let column, let day): "\(column) before \(day)"
    case .and(let parts): "(" + parts.map(\.description).joined(separator: " and ") + ")"
    case .or(let parts): "(" + parts.map(\.description).joined(separator: " or ") + ")"
    case .not(let part): "not \(part)"
    }
  }
}

extension PredicateValue: CustomStringConvertible {
  /// The value as it would stand in a policy; texts in quotes.
  public var description: String {
    switch self {
    case .null: "null"
    case .boolean(let value): String(value)
    case .integer(let value): String(value)
    case .text(let value): "\"" + value.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] } + "\""
    }
  }
}
