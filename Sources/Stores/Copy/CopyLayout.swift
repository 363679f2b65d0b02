public import Retention

/// How a table is copied out: which columns, what their values look like, and in which order rows come.
public struct CopyLayout: Hashable, Sendable {
  /// The table.
  public let table: String
  /// The schema that the table's name begins with; nil where it names none.
  public let schema: String?
  /// Its columns in order.
  public let columns: [CopyColumn]
  /// The columns of its primary key, in key order; empty when it has none.
  public let key: [String]
  /// The SQL by which rows are put into the one order that every copy has.
  let order: String
  /// The columns in which some value is larger than ``largestHeld`` and can be read in pieces.
  let large: Set<String>

  /// Binary values of more bytes are not held in memory, where the engine can read them in pieces.
  public static let largestHeld = 1 << 20

  init(table: String, schema: String?, columns: [CopyColumn], key: [String], order: String, large: Set<String>) {
    self.table = table
    self.schema = schema
    self.columns = columns
    self.key = key
    self.order = order
    self.large = large
  }
}

/// A column of a table that is copied out.
public struct CopyColumn: Hashable, Sendable {
  /// Its name.
  public let name: String
  /// Its type as the database declares it; empty when it declares none.
  public let sourceType: String
  /// What its values look like.
  public let form: ColumnForm
  /// Whether it may be NULL.
  public let isNullable: Bool
  /// Whether the database computes it.
  public let isGenerated: Bool
  /// The values an enumeration allows; nil for other types.
  public let labels: [String]?
  /// Whether its values name large objects of the database, whose bytes take their place; nil where it names none.
  public internal(set) var largeObjects: LargeObjects?

  /// What became of the large objects that values name.
  public enum LargeObjects: Hashable, Sendable {
    /// They are all there.
    case whole
    /// Some do not exist: there is nothing in their place.
    case someMissing
  }
}

/// What the values of a column look like, whatever the engine calls the type.
public enum ColumnForm: Hashable, Sendable {
  /// SQLite: each value has a storage class of its own, and the column leans to one.
  case dynamic(Affinity)
  /// Whole numbers in digits.
  case integer
  /// Exact decimal numbers, with `NaN` and `Infinity`.
  case numeric
  /// Floating point numbers in the shortest digits that read back the same.
  case float
  /// `t` and `f`.
  case boolean
  /// ISO 8601 days, and what the engine has beside them (`infinity`, `BC`).
  case date
  /// A time of day without zone.
  case time
  /// A day with a time, without zone.
  case timestamp
  /// A moment, in UTC.
  case moment
  /// ISO 8601 intervals.
  case interval
  case uuid
  case text
  /// JSON.
  case json
  /// A JSON array of the elements' texts, or the engine's own text for one that has other dimensions.
  case array
  /// Bytes.
  case binary
  /// Any other type, as the engine's text.
  case other
}

/// The type that a column of SQLite leans to (https://www.sqlite.org/datatype3.html#determination_of_column_affinity).
public enum Affinity: String, Hashable, Sendable {
  case integer, real, numeric, text, blob
  /// No declared type, or `ANY` of a strict table: values stay as they are given.
  case none

  /// The affinity of a declared type.
  public init(declaredType: String) {
    let type = declaredType.uppercased()
    self =
      if type.isEmpty || type == "ANY" { .none } else if type.contains("INT") {
        .integer
      } else if type.contains("CHAR") || type.contains("CLOB") || type.contains("TEXT") { .text } else if type.contains("BLOB") {
        .blob
      } else if type.contains("REAL") || type.contains("FLOA") || type.contains("DOUB") { .real } else { .numeric }
  }
}

/// The rows of a table that are copied out.
public struct CopySelection: Hashable, Sendable {
  /// The table.
  public let layout: CopyLayout
  /// Which of its rows.
  public let condition: Condition

  /// The rows of a table that satisfy a condition.
  public init(_ layout: CopyLayout, where condition: Condition) {
    self.layout = layout
    self.condition = condition
  }
}

/// What the database itself says about the rows of a selection, before any is copied.
public struct Survey: Hashable, Sendable {
  /// How many there are.
  public let rows: Int
  /// The sum of the rows' 64-bit hashes, computed inside the database.
  public let hash: UInt64
  /// How many values are exactly the text that was asked about.
  public let marked: Int
}

/// Something in a database that is no table of its own: a view, function, trigger, sequence, index or type.
public struct SchemaObject: Hashable, Sendable {
  /// `view`, `trigger`, `function`, `sequence`, `index`, `type`, `domain`, `extension`, `table`.
  public let kind: String
  /// Its name, with the schema outside the default one.
  public let name: String
  /// The schema in which `definition` makes it; nil where that is none or always there.
  public let schema: String?
  /// The statement that makes it; nil when the database does not tell it.
  public let definition: String?

  init(kind: String, name: String, schema: String? = nil, definition: String?) {
    self.kind = kind
    self.name = name
    self.schema = schema
    self.definition = definition
  }
}

extension CopyLayout {
  /// The same without some columns.
  public func leaving(out names: Set<String>) -> CopyLayout {
    CopyLayout(
      table: table, schema: schema, columns: columns.filter { !names.contains($0.name) }, key: key, order: order,
      large: large.subtracting(names))
  }
}
