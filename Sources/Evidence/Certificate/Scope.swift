/// What the certificate is about: where, which tables, which records, and which records not.
public struct Scope: Hashable, Sendable {
  /// The kind of store, as in `postgresql`.
  public let store: Label
  /// Where it is: a data centre and tenant reference.
  public let location: Label
  /// What happened to each table.
  public let tables: [ScopedTable]
  /// The period that the records are about.
  public let period: Period?
  /// The root of the subject commitments.
  public let subjects: Hash?
  /// What was left, and why.
  public let excluded: [Exclusion]
  /// What became of the files that the records named; empty when they named none.
  public let files: [ScopedFiles]

  /// The days that the records are about.
  public struct Period: Hashable, Sendable {
    /// The first day.
    public let from: Day
    /// The last day.
    public let until: Day

    /// A period of days, both included.
    public init(from: Day, until: Day) throws(EvidenceError) {
      guard from <= until else { throw .unexpected(path: "$.scope.period", expected: "a first day before the last", found: "the reverse") }
      self.from = from
      self.until = until
    }
  }

  /// A scope.
  public init(
    store: Label, location: Label, tables: [ScopedTable], period: Period? = nil, subjects: Hash? = nil, excluded: [Exclusion] = [],
    files: [ScopedFiles] = []
  ) {
    self.store = store
    self.location = location
    self.tables = tables
    self.period = period
    self.subjects = subjects
    self.excluded = excluded
    self.files = files
  }

  init(_ node: JSONNode) throws(EvidenceError) {
    try node.requireMembers(["store", "location", "tables", "excluded"], optional: ["period", "subjects", "files"])
    store = try node["store"].parsed(Label.init)
    location = try node["location"].parsed(Label.init)
    tables = try node["tables"].list(ScopedTable.init)
    excluded = try node["excluded"].list(Exclusion.init)
    files = try node["files"].ifPresent?.list(ScopedFiles.init) ?? []
    if node["files"].ifPresent != nil, files.isEmpty { throw node["files"].wrong("at least one root", found: "none") }
    subjects = try node["subjects"].ifPresent?.parsed(Hash.init(hex:))
    if let period = node["period"].ifPresent {
      try period.requireMembers(["from", "until"])
      self.period = try Period(from: try period["from"].parsed(Day.init), until: try period["until"].parsed(Day.init))
    } else {
      period = nil
    }
  }

  var json: JSONValue {
    .object(present: [
      "store": .string(store.text), "location": .string(location.text),
      "tables": .array(tables.map(\.json)), "excluded": .array(excluded.map(\.json)),
      "subjects": subjects.map { .string($0.hex) }, "files": files.isEmpty ? nil : .array(files.map(\.json)),
      "period": period.map { ["from": .string($0.from.description), "until": .string($0.until.description)] },
    ])
  }
}

/// What *actually* happened to one table.
public struct ScopedTable: Hashable, Sendable {
  /// How much care the data asks for.
  public enum Sensitivity: String, CaseIterable, Sendable {
    /// Personal data without a special regime.
    case ordinary
    /// Pay, location, performance: harmful when known.
    case sensitive
    /// GDPR art. 9: health, union membership, …
    case special
    /// GDPR art. 10: criminal convictions.
    case criminal
    /// A national identification number (GDPR art. 87), the BSN.
    case identification
  }

  /// The table.
  public let table: Label
  /// The category of personal data.
  public let category: Label
  /// How much care it asks for.
  public let sensitivity: Sensitivity
  /// Rows removed.
  public let erased: DisclosedCount
  /// Rows of which columns were emptied.
  public let reduced: DisclosedCount
  /// Rows that are all there and were marked, so that nobody uses them.
  public let restricted: DisclosedCount

  /// What happened to a table.
  public init(
    table: Label, category: Label, sensitivity: Sensitivity, erased: DisclosedCount, reduced: DisclosedCount, restricted: DisclosedCount
  ) {
    self.table = table
    self.category = category
    self.sensitivity = sensitivity
    self.erased = erased
    self.reduced = reduced
    self.restricted = restricted
  }

  init(_ node: JSONNode) throws(EvidenceError) {
    try node.requireMembers(["table", "category", "sensitivity", "erased", "reduced", "restricted"])
    table = try node["table"].parsed(Label.init)
    category = try node["category"].parsed(Label.init)
    sensitivity = try node["sensitivity"].choice()
    erased = try DisclosedCount(node["erased"])
    reduced = try DisclosedCount(node["reduced"])
    restricted = try DisclosedCount(node["restricted"])
  }

  var json: JSONValue {
    [
      "table": .string(table.text), "category": .string(category.text), "sensitivity": .string(sensitivity.rawValue),
      "erased": erased.json, "reduced": reduced.json, "restricted": restricted.json,
    ]
  }
}
