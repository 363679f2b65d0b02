/// What a data map says about one table.
public struct MappedTable: Hashable, Sendable {
  /// The kind of data in its rows.
  public let category: Category
  /// Whether its rows go into a raw return.
  public let nature: Nature
  /// Rows that are of another kind, told apart by their values; the first that fits counts.
  public let variants: [Variant]
  /// The columns that tell from when a row's periods count, by clock name.
  public let clocks: [String: Clock]
  /// The table whose rows its own belong to; clocks that it lacks are taken from there.
  public let belongsTo: String?
  /// Tables for whose sake its rows exist: a row has no period of its own and is due when none of them needs it.
  public let livesWith: [String]
  /// What is said about single columns.
  public let columns: [String: MappedColumn]
  /// The columns that identify a row, where the schema declares no key.
  public let key: [String]?
  /// What stays of a row that others still need.
  public let reduction: Reduction?
  /// The columns that mark a row which is kept but used no more, with the values that say so; empty when the map names none.
  public let mark: [String: PredicateValue]
  /// Whether a partition of which every row is due is dropped, where that can be done.
  public let dropsPartitions: Bool
  /// Files that its rows name, by the columns that name them; no column is there twice.
  public let files: [Files]

  /// Whether the map says of all its rows that they are about nobody.
  public var isImpersonal: Bool { category == .impersonal && variants.isEmpty }

  /// Rows of one kind among others in the same table.
  public struct Variant: Hashable, Sendable {
    /// Which rows.
    public let rows: Predicate
    /// Their kind.
    public let category: Category

    /// The rows that satisfy a predicate are of a category.
    public init(rows: Predicate, category: Category) {
      self.rows = rows
      self.category = category
    }
  }

  /// What stays of a row whose own term is over but that rows under a duty still need.
  public struct Reduction: Hashable, Sendable {
    /// The columns that stay.
    public let kept: [String]
    /// What takes the place of a value in a column that does not allow NULL.
    public let blanks: [String: PredicateValue]

    /// Everything goes but the kept columns.
    public init(kept: [String], blanks: [String: PredicateValue]) {
      self.kept = kept
      self.blanks = blanks
    }
  }

  /// Where the files are found that one column names.
  public struct Files: Hashable, Sendable {
    /// The name of the file root in the inventory.
    public let root: String
    /// The column with the path below that root.
    public let path: String

    /// Files below a root, named by a column.
    public init(root: String, path: String) {
      self.root = root
      self.path = path
    }
  }

  /// A table with everything that is said about it.
  public init(
    category: Category, nature: Nature = .raw, variants: [Variant] = [], clocks: [String: Clock] = [:], belongsTo: String? = nil,
    livesWith: [String] = [], columns: [String: MappedColumn] = [:], key: [String]? = nil, reduction: Reduction? = nil,
    mark: [String: PredicateValue] = [:], dropsPartitions: Bool = false, files: [Files] = []
  ) {
    self.category = category
    self.nature = nature
    self.variants = variants
    self.clocks = clocks
    self.belongsTo = belongsTo
    self.livesWith = livesWith
    self.columns = columns
    self.key = key
    self.reduction = reduction
    self.mark = mark
    self.dropsPartitions = dropsPartitions
    self.files = files
  }
}

/// What a data map says about one column.
public struct MappedColumn: Hashable, Sendable {
  /// Its kind of data; nil is the table's.
  public let category: Category?
  /// Whether it goes into a raw return; nil is the table's.
  public let nature: Nature?
  /// What it means, for the people who receive an export.
  public let description: String?

  /// A column with what is said about it.
  public init(category: Category? = nil, nature: Nature? = nil, description: String? = nil) {
    self.category = category
    self.nature = nature
    self.description = description
  }
}

/// A column that tells the day from which a period counts.
public struct Clock: Hashable, Sendable {
  /// The column.
  public let column: String
  /// How the column tells time.
  public let encoding: Encoding
  /// What NULL means in it.
  public let whenNull: WhenNull

  /// How a column tells time. A value that does not read so is a missing clock, never a guess.
  public enum Encoding: String, Hashable, Sendable, CaseIterable {
    /// A date, or a date with a time of the agreement's zone (`2024-05-01`, `2024-05-01 10:00:00`);
    /// a column typed as a moment (PostgreSQL `timestamptz`) is turned to the agreement's zone.
    case civil
    /// ISO 8601 date and time in UTC (`2024-05-01T08:00:00Z`).
    case utc
    /// Seconds since 1970-01-01T00:00:00Z.
    case epochSeconds = "epoch-seconds"
    /// Milliseconds since 1970-01-01T00:00:00Z.
    case epochMilliseconds = "epoch-milliseconds"
  }

  /// What NULL means in a clock column. It never means "now".
  public enum WhenNull: String, Hashable, Sendable, CaseIterable {
    /// Nobody knows: the record is undated, kept and reported.
    case undated
    /// The event has not happened yet (an employment that still runs): the period has not begun.
    case ongoing
  }

  /// A clock column with its reading.
  public init(column: String, encoding: Encoding = .civil, whenNull: WhenNull = .undated) {
    self.column = column
    self.encoding = encoding
    self.whenNull = whenNull
  }
}
