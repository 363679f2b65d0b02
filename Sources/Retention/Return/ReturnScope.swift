/// Which rows and columns of a tenant's data go into a package that is returned, and what stays out of it and why.
public struct ReturnScope: Hashable, Sendable {
  /// How much is asked for.
  public enum Extent: Hashable, Sendable {
    /// Everything of the tenant.
    case tenant
    /// Some tables, with the rows of others that theirs refer to.
    case tables([String])
    /// One person: the rows that name him, and the rows that those refer to. An identifier of the data map tells who it is; the
    /// key is that of the person's own row.
    case subject(type: String, value: String, key: PredicateValue)
    /// The rows that a duty lets go in one stretch of time, with the impersonal ones that those refer to.
    case ending(EndingRows)
  }

  /// The rows of one table that go in.
  public struct Part: Hashable, Sendable {
    /// The table.
    public let table: Table
    /// Which of its rows.
    public let condition: Condition
    /// Whether its rows are there because others refer to them.
    public let isShared: Bool
    /// Columns that stay out, and with them the files that they name.
    public let omitted: Set<String>
  }

  /// Something that stays out.
  public struct Omission: Hashable, Sendable {
    /// The table.
    public let table: String
    /// The column; nil when it is the whole table.
    public let column: String?
    /// Why.
    public let reason: Reason

    /// Why something stays out of a package.
    public enum Reason: String, Hashable, Sendable {
      /// It is no raw data, and only raw data was asked for.
      case derived
      /// It was not asked for.
      case notAsked = "not-asked"
      /// It cannot be told whose its rows are, in a database that tenants share.
      case ownerUnknown = "owner-unknown"
      /// Its rows are shared with others, outside the tenant's own schema; the tenant's rows only refer to them.
      case outside
    }
  }

  /// The tables that go in, by name.
  public let parts: [Part]
  /// What stays out, by table and column.
  public let omissions: [Omission]
  /// The references between all tables.
  public let graph: ReferenceGraph

  /// Whether something stays out that should have gone in.
  public var isIncomplete: Bool { omissions.contains { $0.reason == .ownerUnknown } }

  /// Decides about every table of a schema.
  public init(policy: TenantPolicy, schema: Schema, extent: Extent, nature: Nature?) throws(ReturnError) {
    let selection = try ReturnSelection(policy: policy, schema: schema, extent: extent)
    var parts: [Part] = []
    var omissions: [Omission] = selection.ownerUnknown.map { Omission(table: $0, column: nil, reason: .ownerUnknown) }
    for table in schema.tables where table.kind != .view && table.kind != .materializedView {
      guard let condition = selection.conditions[table.name] else {
        if !selection.ownerUnknown.contains(table.name) { omissions.append(Omission(table: table.name, column: nil, reason: .notAsked)) }
        continue
      }
      let mapped = policy.map.tables[table.name]
      if nature == .raw, mapped?.nature == .derived {
        omissions.append(Omission(table: table.name, column: nil, reason: .derived))
        continue
      }
      // A key column stays in, whatever it is: rows could not be told apart without it.
      let derived = table.columns.map(\.name).filter {
        nature == .raw && mapped?.columns[$0]?.nature == .derived && !table.primaryKey.contains($0)
      }
      omissions += derived.map { Omission(table: table.name, column: $0, reason: .derived) }
      parts.append(
        Part(table: table, condition: condition, isShared: selection.shared.contains(table.name), omitted: Set(derived)))
    }
    let known = Set(schema.tables.map(\.name))
    let referred = Set(parts.flatMap { part in part.table.references.map(\.target) })
    if policy.tenant.store.schema != nil {
      omissions += referred.subtracting(known).map { Omission(table: $0, column: nil, reason: .outside) }
    }
    self.parts = parts
    self.omissions = omissions.sorted { ($0.table, $0.column ?? "") < ($1.table, $1.column ?? "") }
    graph = selection.graph
  }
}

/// Why it cannot be told what to return.
public enum ReturnError: Error, Hashable, Sendable {
  /// The map and the schema do not fit together.
  case decision(DecisionError)
  /// The database has no such table.
  case noTable(String, known: [String])
  /// The data map names no table of people.
  case noSubject(map: String)
}
