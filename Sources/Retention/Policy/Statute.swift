/// A period that a law sets, with the source it was read in.
public struct Statute: Hashable, Sendable {
  /// The name within its library, as `awr-52`.
  public let name: String
  /// What it is about.
  public let title: String
  /// Where it stands in the law.
  public let article: String
  /// Where it was read.
  public let source: String
  /// Whether a public source was read; an unverified statute is used with a warning.
  public let isVerified: Bool
  /// The shortest time that data under it is kept (a duty) or the longest (a limit).
  public let period: Period
  /// From when it counts.
  public let countedFrom: RetentionRule.CountedFrom
  /// Whether it is a duty, a limit or both.
  public let force: Set<RetentionRule.Force>
  /// Whom it binds.
  public let binds: BoundParty

  /// A statute with everything it says.
  public init(
    name: String, title: String, article: String, source: String, isVerified: Bool, period: Period,
    countedFrom: RetentionRule.CountedFrom, force: Set<RetentionRule.Force>, binds: BoundParty
  ) {
    self.name = name
    self.title = title
    self.article = article
    self.source = source
    self.isVerified = isVerified
    self.period = period
    self.countedFrom = countedFrom
    self.force = force
    self.binds = binds
  }
}

/// The statutes of one country, by name.
public struct StatutoryLibrary: Hashable, Sendable {
  /// The prefix of its references, as `nl`.
  public let name: String
  /// Its statutes.
  public let statutes: [Statute]
  /// The terms within which it demands that somebody acts, by name.
  public let terms: [String: StatutoryTerm]

  /// A library of statutes and terms.
  public init(name: String, statutes: [Statute], terms: [String: StatutoryTerm] = [:]) {
    self.name = name
    self.statutes = statutes
    self.terms = terms
  }
}

/// A term for acting that a law sets. Unlike a contract's, it does not end on a day on which nobody works.
public struct StatutoryTerm: Hashable, Sendable {
  /// Where it stands in the law, as `GDPR art. 12(3)`.
  public let article: String
  /// How long it is.
  public let within: Period
  /// Public holidays, as far as they are known. A day that is not known to be one is taken for a working day, so that a
  /// deadline is early rather than late.
  public let holidays: Set<CivilDate>

  /// A term with the holidays of its country.
  public init(article: String, within: Period, holidays: Set<CivilDate>) {
    self.article = article
    self.within = within
    self.holidays = holidays
  }
}
