/// One contract text as rules: what its parties agreed about keeping, returning and erasing.
public struct Agreement: Hashable, Sendable {
  /// The name by which the inventory refers to it, as `felixx-loon`.
  public let name: String
  /// The title of the contract.
  public let title: String
  /// The document and its version.
  public let source: Source
  /// The IANA name of the zone whose civil dates the agreement counts in.
  public let timeZone: String
  /// When a fiscal year starts, unless the tenant says otherwise.
  public let fiscalYearStart: FiscalYearStart
  /// How long data is kept.
  public let retention: [RetentionRule]
  /// What must happen when somebody asks.
  public let onRequest: [RequestRule]
  /// What must happen when the contract ends.
  public let endOfContract: [EndRule]
  /// Who else processes the data.
  public let subProcessors: [SubProcessor]
  /// Deadlines that people must meet and Wis tracks.
  public let obligations: [Obligation]
  /// The kinds of data that its annex names; empty where the annex names none, which covers nothing.
  public let categories: Set<Category>
  /// How far an erasure goes; nil where the contract does not say, which is ``ErasureLevel/logical``.
  public let level: ErasureLevel?

  /// The document that an agreement was read from.
  public struct Source: Hashable, Sendable {
    /// The name of the document.
    public let document: String
    /// Its version or date.
    public let version: String

    /// A version of a document.
    public init(document: String, version: String) {
      self.document = document
      self.version = version
    }
  }

  /// An agreement with everything it says.
  public init(
    name: String, title: String, source: Source, timeZone: String, fiscalYearStart: FiscalYearStart, retention: [RetentionRule],
    onRequest: [RequestRule], endOfContract: [EndRule], subProcessors: [SubProcessor], obligations: [Obligation],
    categories: Set<Category> = [], level: ErasureLevel? = nil
  ) {
    self.name = name
    self.title = title
    self.source = source
    self.timeZone = timeZone
    self.fiscalYearStart = fiscalYearStart
    self.retention = retention
    self.onRequest = onRequest
    self.endOfContract = endOfContract
    self.subProcessors = subProcessors
    self.obligations = obligations
    self.categories = categories
    self.level = level
  }
}

/// What must happen when a controller or a data subject asks for it.
public struct RequestRule: Hashable, Sendable {
  /// The name of the rule.
  public let name: String
  /// The clause it comes from.
  public let clause: String
  /// What is asked.
  public let action: Action
  /// Who may ask.
  public let from: Asker
  /// The form that the request must have, if the clause demands one.
  public let form: Form?
  /// The retention rules whose duty ends with such a request.
  public let lifts: [String]
  /// Which data is handed over; nil means all of it.
  public let nature: Nature?
  /// Within which term; nil where the clause names none.
  public let within: Term?
  /// The term that the law sets, where the clause leaves it to the law.
  public let law: StatutoryTerm?
  /// Whether it is about single people or about all data; nil is both.
  public let about: Reach?
  /// Whether it counts only once the contract has ended.
  public let isAfterContract: Bool
  /// Whether the controller is warned of its own duties and offered the data first, and must answer that it wants it all the same.
  public let asksBack: Bool
  /// What may be charged. Never a condition.
  public let fee: Fee?

  /// Whose data a request is about.
  public enum Reach: String, Hashable, Sendable, CaseIterable {
    /// All of the tenant's.
    case tenant
    /// One person's.
    case subject
  }

  /// What a request asks for.
  public enum Action: String, Hashable, Sendable, CaseIterable {
    case inform, correct, erase, restrict, transfer, forward
    case handOver = "return"
  }

  /// Who asks.
  public enum Asker: String, Hashable, Sendable, CaseIterable {
    case controller
    case dataSubject = "data-subject"
  }

  /// The form of a request.
  public enum Form: String, Hashable, Sendable, CaseIterable {
    case written
  }

  /// A rule with everything it says.
  public init(
    name: String, clause: String, action: Action, from: Asker, form: Form? = nil, lifts: [String] = [], nature: Nature? = nil,
    within: Term? = nil, law: StatutoryTerm? = nil, about: Reach? = nil, isAfterContract: Bool = false, asksBack: Bool = false,
    fee: Fee? = nil
  ) {
    self.name = name
    self.clause = clause
    self.action = action
    self.from = from
    self.form = form
    self.lifts = lifts
    self.nature = nature
    self.within = within
    self.law = law
    self.about = about
    self.isAfterContract = isAfterContract
    self.asksBack = asksBack
    self.fee = fee
  }
}

/// An amount that a clause allows to be charged, recorded and never a condition for acting.
public struct Fee: Hashable, Sendable {
  /// The clause it comes from.
  public let clause: String
  /// The amount in cents, so that no fraction is lost.
  public let cents: Int
  /// The ISO 4217 code.
  public let currency: String

  /// An amount of money under a clause.
  public init(clause: String, cents: Int, currency: String) {
    self.clause = clause
    self.cents = cents
    self.currency = currency
  }
}

/// What must happen when the contract ends.
public struct EndRule: Hashable, Sendable {
  /// The name of the rule.
  public let name: String
  /// The clause it comes from.
  public let clause: String
  /// What happens.
  public let action: Action
  /// Within which term; nil where the clause names none.
  public let within: Term?

  /// What the end of a contract brings about.
  public enum Action: String, Hashable, Sendable, CaseIterable {
    case restrict, erase, transfer
    case handOver = "return"
    case notifySubProcessors = "notify-sub-processors"
    case report
  }

  /// A rule with everything it says.
  public init(name: String, clause: String, action: Action, within: Term?) {
    self.name = name
    self.clause = clause
    self.action = action
    self.within = within
  }
}

/// A party that processes for the processor.
public struct SubProcessor: Hashable, Sendable {
  /// Its name.
  public let name: String
  /// What it does.
  public let purpose: String

  /// A party with its purpose.
  public init(name: String, purpose: String) {
    self.name = name
    self.purpose = purpose
  }
}

/// A deadline that people must meet; Wis tracks and reports it.
public struct Obligation: Hashable, Sendable {
  /// The name of the obligation.
  public let name: String
  /// The clause it comes from.
  public let clause: String
  /// Within which term; nil where the clause names none.
  public let within: Term?
  /// How often it returns; nil for once.
  public let every: Period?
  /// What must be done.
  public let what: String

  /// An obligation with everything it says.
  public init(name: String, clause: String, within: Term?, every: Period?, what: String) {
    self.name = name
    self.clause = clause
    self.within = within
    self.every = every
    self.what = what
  }
}
