/// A structured condition on a row's own columns. Policies hold no SQL, so that one policy runs on every engine.
public indirect enum Predicate: Hashable, Sendable {
  /// The column has this value; `null` asks for a missing one.
  case equals(column: String, PredicateValue)
  /// The column has one of these values.
  case oneOf(column: String, [PredicateValue])
  /// The column holds a day before this one.
  case before(column: String, CivilDate)
  case and([Predicate])
  case or([Predicate])
  case not(Predicate)

  /// The columns it looks at.
  public var columns: Set<String> {
    switch self {
    case .equals(let column, _), .oneOf(let column, _), .before(let column, _): [column]
    case .and(let parts), .or(let parts): parts.reduce(into: []) { $0.formUnion($1.columns) }
    case .not(let part): part.columns
    }
  }
}

/// A constant in a policy.
public enum PredicateValue: Hashable, Sendable {
  case null
  case boolean(Bool)
  case integer(Int64)
  case text(String)
}
