/// A condition on rows of one table, which a store turns into its own SQL.
///
/// Every leaf is false, never unknown, for a row in which the value it looks at is missing; so `not` is safe.
public indirect enum Condition: Hashable, Sendable {
  case constant(Bool)
  case all([Condition])
  case any([Condition])
  case not(Condition)
  /// What the data map says about the row's own columns.
  case row(Predicate)
  /// What a clock column of the row shows.
  case clock(Clock, ClockTest)
  /// The row that this one names exists and satisfies a condition.
  case parent(Reference, Condition)
  /// The row is one of the few that the predicate picks. Its values say who somebody is, so the name stands for it wherever
  /// conditions are told.
  case sealed(Predicate, as: String)
  /// The row names one of the few that satisfy a condition. As ``parent(_:_:)``, but asked the other way round: the few first,
  /// then those that name them.
  case belonging(Reference, to: Condition)
  /// One of some few rows names this one. As ``referenced(_:by:)``, but asked the other way round: the few first, then those
  /// that they name.
  case namedByFew([Few])
  /// Some other row that names this one satisfies a condition; a row that names itself does not count.
  case referenced(Reference, by: Condition)
  /// Some row of the circle that stays names this one, directly or through others that would go.
  case held(Circle)

  /// The few rows of a table that satisfy a condition, and the reference by which they name others.
  public struct Few: Hashable, Sendable {
    /// The reference.
    package let reference: Reference
    /// Which rows of its table.
    package let rows: Condition
  }

  /// What can be asked of a clock.
  public enum ClockTest: Hashable, Sendable {
    /// It shows a plausible day before this one.
    case before(CivilDate)
    /// It shows a plausible day, and one of these.
    case within(Range<CivilDate>)
    /// It shows a plausible day.
    case dated
    /// It is NULL.
    case null
  }

  /// The days a clock can plausibly show. What lies outside (0001-01-01, 9999-12-31) stands for "unknown" in real
  /// databases, and counts as a missing clock.
  public static let plausibleClock: Range<CivilDate> = {
    guard let first = CivilDate(year: 1900, month: 1, day: 1), let end = CivilDate(year: 2200, month: 1, day: 1) else {
      preconditionFailure("both days exist")
    }
    return first..<end
  }()

  /// The plausible days before one.
  package static func plausible(before day: CivilDate) -> Range<CivilDate> {
    plausibleClock.lowerBound..<max(plausibleClock.lowerBound, min(day, plausibleClock.upperBound))
  }
}

extension Condition {
  /// Both conditions, without needless nesting.
  static func && (left: Condition, right: Condition) -> Condition { .conjunction([left, right]) }

  /// All of the conditions, simplified.
  package static func conjunction(_ parts: [Condition]) -> Condition {
    let unique = parts.flatMap(\.conjuncts).uniqued()
    let flat = unique.filter { part in !unique.contains { $0 != part && $0.implies(part) } }
    if flat.contains(.constant(false)) || flat.excludesItself { return .constant(false) }
    return flat.count == 1 ? flat[0] : flat.isEmpty ? .constant(true) : .all(flat)
  }

  /// Any of the conditions, simplified.
  package static func disjunction(_ parts: [Condition]) -> Condition {
    let flat = parts.flatMap(\.disjuncts).uniqued()
    if flat.contains(.constant(true)) || flat.excludesItself { return .constant(true) }
    return flat.count == 1 ? flat[0] : flat.isEmpty ? .constant(false) : .any(flat)
  }

  /// The condition that a row names another one, which does not exist.
  package static func orphans(of reference: Reference) -> Condition {
    let present = reference.columns.map { Predicate.not(.equals(column: $0, .null)) }
    return .all([.row(.and(present + [reference.when].compactMap(\.self))), .not(.parent(reference, .constant(true)))])
  }

  /// The opposite, simplified.
  package static func negation(_ part: Condition) -> Condition {
    switch part {
    case .constant(let value): .constant(!value)
    case .not(let inner): inner
    default: .not(part)
    }
  }

  /// The columns of the row that it looks at; nil when it looks at other rows.
  var ownColumns: Set<String>? {
    switch self {
    case .constant: return []
    case .row(let predicate): return predicate.columns
    case .clock(let clock, _): return [clock.column]
    case .not(let part): return part.ownColumns
    case .all(let parts), .any(let parts):
      var columns: Set<String> = []
      for part in parts {
        guard let own = part.ownColumns else { return nil }
        columns.formUnion(own)
      }
      return columns
    case .parent, .referenced, .namedByFew, .held, .sealed, .belonging: return nil
    }
  }

  /// Whether every row that satisfies this condition satisfies the other, as far as clocks alone can tell. A clock that is
  /// looked at twice costs a database twice.
  private func implies(_ other: Condition) -> Bool {
    switch (self, other) {
    case (.clock(let clock, .before(let day)), .clock(let same, .before(let later))): clock == same && day <= later
    case (.clock(let clock, .within(let days)), .clock(let same, .before(let later))): clock == same && days.upperBound <= later
    case (.clock(let clock, .before), .clock(let same, .dated)), (.clock(let clock, .within), .clock(let same, .dated)): clock == same
    case (.parent(let reference, let inner), .parent(let same, let otherInner)): reference == same && inner.implies(otherInner)
    case (_, .any(let options)): options.contains { self == $0 || implies($0) }
    default: false
    }
  }

  private var conjuncts: [Condition] {
    switch self {
    case .all(let parts): parts
    case .constant(true): []
    default: [self]
    }
  }

  private var disjuncts: [Condition] {
    switch self {
    case .any(let parts): parts
    case .constant(false): []
    default: [self]
    }
  }
}

extension [Condition] {
  /// Whether one of them is the opposite of another. Conditions are true or false, never unknown, so both hold never and one always.
  fileprivate var excludesItself: Bool {
    contains { if case .not(let part) = $0 { contains(part) } else { false } }
  }
}
