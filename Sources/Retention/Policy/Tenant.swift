/// One customer's data on this node, and the contract it is held under.
public struct Tenant: Hashable, Sendable {
  /// The name by which commands refer to it.
  public let id: String
  /// The controller whose data it is.
  public let controller: LegalPerson
  /// The name of the agreement.
  public let agreement: String
  /// The name of the data map.
  public let map: String
  /// When the contract began and ended.
  public private(set) var contract: Contract
  /// When the controller's fiscal year starts; nil is what the agreement says.
  public let fiscalYearStart: FiscalYearStart?
  /// Where the data is.
  public let store: StoreLocation
  /// The roles at the controller that may instruct the processor; empty when none was registered.
  public let instructors: [String]
  /// Rules that the controller added; they may lengthen a statutory duty, never shorten one.
  public let retention: [RetentionRule]
  /// Folders with files that rows name, by the name the data map uses.
  public let fileRoots: [String: String]
  /// Places where copies are kept.
  public private(set) var backups: [Backup]
  /// Sub-processors beyond those of the agreement.
  public let subProcessors: [SubProcessor]
  /// How far an erasure goes for this tenant; nil is what the agreement says.
  public let level: ErasureLevel?
  /// What that may cost.
  public let scrub: ScrubBudget

  /// The days on which a contract began and ended.
  public struct Contract: Hashable, Sendable {
    /// Its first day.
    public let started: CivilDate
    /// Its last day; nil while it runs.
    public let ended: CivilDate?

    /// A contract that began, and perhaps ended.
    public init(started: CivilDate, ended: CivilDate?) {
      self.started = started
      self.ended = ended
    }
  }

  /// A place with copies of the data.
  public struct Backup: Hashable, Sendable {
    /// Its name, as it appears in certificates.
    public let name: String
    /// When what is there goes.
    public let expiry: Expiry
    /// How the copies there are found; nil where nobody can look.
    public let source: Source?

    /// How copies are found.
    public enum Source: Hashable, Sendable {
      /// Files or folders by a pattern: `*` and `?` within a name, and `{date}` for the day on which the copy was made.
      case files(pattern: String)
      /// A program with its arguments that prints one line for each copy: its day or moment, and its name.
      case command([String])
    }

    /// When what is kept at a place goes.
    public enum Expiry: Hashable, Sendable {
      /// So long after the day on which it was copied.
      case after(Period)
      /// On a day that is known, whenever it was copied.
      case on(CivilDate)
    }

    /// A backup location with its rotation.
    public init(name: String, keptFor: Period, source: Source? = nil) {
      self.init(name: name, expiry: .after(keptFor), source: source)
    }

    /// A place with copies that go at a certain time.
    public init(name: String, expiry: Expiry, source: Source? = nil) {
      self.name = name
      self.expiry = expiry
      self.source = source
    }

    /// The last day on which a copy of a day may be there; nil when the term leaves the calendar.
    public func lastDay(ofCopyFrom day: CivilDate) -> CivilDate? {
      switch expiry {
      case .after(let period): day + period
      case .on(let last): last
      }
    }
  }

  /// A tenant with everything about it.
  public init(
    id: String, controller: LegalPerson, agreement: String, map: String, contract: Contract, fiscalYearStart: FiscalYearStart?,
    store: StoreLocation, retention: [RetentionRule], fileRoots: [String: String], backups: [Backup], subProcessors: [SubProcessor],
    instructors: [String] = [], level: ErasureLevel? = nil, scrub: ScrubBudget = .unlimited
  ) {
    self.id = id
    self.controller = controller
    self.agreement = agreement
    self.map = map
    self.contract = contract
    self.fiscalYearStart = fiscalYearStart
    self.store = store
    self.retention = retention
    self.fileRoots = fileRoots
    self.backups = backups
    self.subProcessors = subProcessors
    self.instructors = instructors
    self.level = level
    self.scrub = scrub
  }
}

extension Tenant {
  /// The same tenant with another last day of its contract.
  func ending(on day: CivilDate) -> Tenant {
    var copy = self
    copy.contract = Contract(started: contract.started, ended: day)
    return copy
  }

  /// The same tenant with other places where copies are kept.
  func keeping(_ places: [Backup]) -> Tenant {
    var copy = self
    copy.backups += places
    return copy
  }
}

/// Where a tenant's data is, and which part of it is the tenant's.
public struct StoreLocation: Hashable, Sendable {
  /// The database.
  public let database: Database
  /// The schema that holds the tenant's tables (PostgreSQL); nil is a database of its own.
  public let schema: String?
  /// The column and value that mark the tenant's rows in shared tables; nil is tables of its own.
  public let tenantColumn: TenantColumn?

  /// A database of one of the two engines.
  public enum Database: Hashable, Sendable {
    /// A file.
    case sqlite(path: String)
    /// A libpq connection string or URL.
    case postgreSQL(url: String)
  }

  /// What marks a tenant's rows in tables it shares with others.
  public struct TenantColumn: Hashable, Sendable {
    /// The column.
    public let column: String
    /// The tenant's value in it.
    public let value: PredicateValue

    /// The rows with this value are the tenant's.
    public init(column: String, value: PredicateValue) {
      self.column = column
      self.value = value
    }
  }

  /// A place for a tenant's data.
  public init(database: Database, schema: String? = nil, tenantColumn: TenantColumn? = nil) {
    self.database = database
    self.schema = schema
    self.tenantColumn = tenantColumn
  }
}
