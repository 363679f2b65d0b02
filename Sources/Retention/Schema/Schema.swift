/// What a tenant's database looks like: the tables with their columns, keys and references.
public struct Schema: Hashable, Sendable {
  /// The tables and views, by name.
  public let tables: [Table]

  /// A schema of these tables.
  public init(tables: [Table]) {
    self.tables = tables.sorted { $0.name < $1.name }
  }

  /// The table with this name, in the database's own spelling.
  public func table(_ name: String) -> Table? {
    tables.first { $0.name == name }
  }
}

/// A table or view.
public struct Table: Hashable, Sendable {
  /// Its name; `schema.table` outside the tenant's default schema.
  public let name: String
  /// Whether it holds rows itself.
  public let kind: Kind
  /// Its columns in order.
  public let columns: [Column]
  /// The columns of its primary key, in key order; empty when it has none.
  public let primaryKey: [String]
  /// Its other keys: unique columns that cannot be NULL.
  public let uniqueKeys: [[String]]
  /// The foreign keys it declares.
  public let references: [Reference]
  /// The columns of each index, in index order; expressions are left out.
  public let indexes: [[String]]
  /// The names of its triggers.
  public let triggers: [String]
  /// The name of the number that the database itself gives to a row, as long as nobody rebuilds the file; nil where it has none.
  public let rowID: String?
  /// How it is cut into partitions; nil when it is not.
  public let partitioning: Partitioning?

  /// What a name in a schema stands for.
  public enum Kind: String, Hashable, Sendable {
    case table
    /// A partitioned table: rows live in its partitions, which are not listed apart.
    case partitioned
    case view
    case materializedView = "materialized view"
    /// A full-text table that holds rows of its own: they are found by their row ids, and by nothing else without reading all.
    case fullText = "full-text table"
    /// A table whose rows are elsewhere, or kept in a way that only its module knows (an index of another table, a foreign table).
    case virtual
    /// A table that only a module can read which this program does not have.
    case unreadable = "unreadable table"

    /// Whether rows of it can be erased.
    package var holdsRows: Bool {
      switch self {
      case .table, .partitioned, .fullText: true
      case .view, .materializedView, .virtual, .unreadable: false
      }
    }
  }

  /// A table with everything about it.
  public init(
    name: String, kind: Kind, columns: [Column], primaryKey: [String], uniqueKeys: [[String]], references: [Reference],
    indexes: [[String]], triggers: [String], rowID: String? = nil, partitioning: Partitioning? = nil
  ) {
    self.name = name
    self.kind = kind
    self.columns = columns
    self.primaryKey = primaryKey
    self.uniqueKeys = uniqueKeys
    self.references = references
    self.indexes = indexes
    self.triggers = triggers
    self.rowID = rowID
    self.partitioning = partitioning
  }

  /// The columns of a reference that can be set to NULL so that it names nothing, apart from those of the row's key; nil
  /// when none can.
  package func emptied(_ reference: Reference, besides key: [String]) -> [String]? {
    let free = reference.columns.filter { name in
      !key.contains(name) && column(name).map { $0.isNullable && !$0.isGenerated } ?? false
    }
    return free.isEmpty ? nil : free
  }

  /// The column with this name, in the database's own spelling.
  public func column(_ name: String) -> Column? {
    columns.first { $0.name == name }
  }

  /// Whether some index starts with these columns, in any order: then rows are found by them without reading the table.
  public func hasIndex(on wanted: [String]) -> Bool {
    (indexes + [primaryKey]).contains { Set($0.prefix(wanted.count)) == Set(wanted) }
  }
}

/// A column of a table.
public struct Column: Hashable, Sendable {
  /// Its name.
  public let name: String
  /// Its type as the database declares it.
  public let type: String
  /// Whether it may be NULL.
  public let isNullable: Bool
  /// Whether the database computes it.
  public let isGenerated: Bool
  /// Whether it may name large objects of the database that would stay when the row goes, because no trigger takes them along.
  public let leavesLargeObjects: Bool

  /// A column with everything about it.
  public init(name: String, type: String, isNullable: Bool, isGenerated: Bool, leavesLargeObjects: Bool = false) {
    self.name = name
    self.type = type
    self.isNullable = isNullable
    self.isGenerated = isGenerated
    self.leavesLargeObjects = leavesLargeObjects
  }
}
