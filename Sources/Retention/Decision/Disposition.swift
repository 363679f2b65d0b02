/// What happens to a record now.
public enum Disposition: String, Hashable, Sendable, CaseIterable {
  case keep
  /// Keep, but stop every use.
  case restrict
  /// Keep the row that others need, erase the columns nobody has to keep.
  case reduce
  case erase
  /// A clock is missing: the record is kept, counted and reported.
  case undated
  /// No rule or no data map speaks about it: it is kept and reported.
  case uncovered
}

/// Why a record has its disposition.
public enum Reason: Hashable, Sendable {
  /// The rule's period is over.
  case limitReached(AppliedRule)
  /// A request that a clause lets be carried out.
  case requested(request: String, RequestRule)
  /// The rule forbids erasing for now.
  case dutyOpen(AppliedRule)
  /// The rule's period still runs.
  case limitNotReached(AppliedRule)
  /// The rule keeps the data until the controller asks for it.
  case untilRequest(AppliedRule)
  /// A person forbade erasing.
  case hold(id: String, until: CivilDate?)
  /// The contract ended, and its processing with it.
  case processingStopped(EndRule, since: CivilDate)
  /// Rows that are kept refer to the record; their tables.
  case neededBy([String])
  /// The record exists for the sake of rows in these tables.
  case livesWith([String])
  /// No row in these tables names the record that exists for their sake: not yet, or not any more.
  case neverNamed([String])
  /// All that can go of the record is gone already.
  case alreadyReduced
  /// It is marked so that nobody uses it.
  case alreadyRestricted
  /// None of these columns tells the day that a rule counts from.
  case clockMissing([String])
  /// It was erased before, and a restored backup brought it back; the certificate of that erasure.
  case restored(certificate: String)
  /// It was marked at a request, and a restored backup brought it back without the mark.
  case unmarked(request: String)
  /// No rule speaks about this kind of data.
  case noRule(Category)
  /// The data map does not speak about the table.
  case unmapped
  /// Somebody looked at it and found it to be about nobody.
  case impersonal
}

/// A rule as it applies to the records of a table on a day.
public struct AppliedRule: Hashable, Sendable {
  /// The rule.
  public let rule: RetentionRule
  /// The clock it counts from, with the way there; nil when no clock of the record matters.
  public let clock: ClockPath?
  /// Its arithmetic; nil when no clock of the record matters.
  public let term: RetentionTerm?
  /// For which records its period is over.
  public let reach: Reach

  /// For which records a rule's period is over on the day.
  public enum Reach: Hashable, Sendable {
    /// For those whose clock shows a day before this one; nil for none.
    case clocksBefore(CivilDate?)
    /// For all of them since this day.
    case allSince(CivilDate)
    /// For none of them; the day on which it will be, when that is known.
    case none(until: CivilDate?)
  }

  /// The condition that the rule's period is over.
  var isOver: Condition {
    switch reach {
    case .clocksBefore(let cutoff): cutoff.flatMap { day in clock?.condition(.before(day)) } ?? .constant(false)
    case .allSince: .constant(true)
    case .none: .constant(false)
    }
  }

  /// The day from which a record with this clock is no longer under the rule; nil when it cannot be told.
  public func end(forClock day: CivilDate?) -> CivilDate? {
    switch reach {
    case .clocksBefore: day.flatMap { term?.end(forClock: $0) }
    case .allSince(let date): date
    case .none(let until): until
    }
  }
}

/// A clock column together with the references that lead from a record to it.
public struct ClockPath: Hashable, Sendable {
  /// The name of the clock in the data map.
  public let name: String
  /// The references to follow, from the record upwards; empty for a clock of the record itself.
  public let references: [Reference]
  /// The table that has the clock.
  public let table: String
  /// The clock.
  public let clock: Clock

  /// The condition that the clock passes a test.
  package func condition(_ test: Condition.ClockTest) -> Condition {
    references.reversed().reduce(.clock(clock, test)) { .parent($1, $0) }
  }

  /// The condition that the clock gives an answer: a day, or the statement that its event has not happened.
  var isKnown: Condition {
    switch clock.whenNull {
    case .undated: condition(.dated)
    case .ongoing: .disjunction([condition(.dated), condition(.null)])
    }
  }
}

extension ClockPath: CustomStringConvertible {
  /// `medewerker.uit_dienst`.
  public var description: String { "\(table).\(clock.column)" }
}
