/// Why no decision can be made for a tenant: its policy and its database do not fit together.
public enum DecisionError: Error, Hashable, Sendable {
  /// The data map speaks about a table that the database does not have.
  case missingTable(String)
  /// The data map speaks about a column that the table does not have.
  case missingColumn(table: String, column: String)
  /// Rows of the table fall due, but the table has no key to name them by.
  case noKey(table: String)
  /// The data map lets the tables belong to each other in a circle, so that no period ever begins.
  case cycle([String])
  /// Tables refer to each other in a circle of keys that the database enforces at once and that cannot be NULL.
  case inseparable([Reference])
  /// A table belongs to another, but nothing refers from the one to the other.
  case noReference(from: String, to: String)
  /// A table belongs to another by more than one reference.
  case ambiguousReference(from: String, to: String)
  /// A rule counts from a clock that the table does not have.
  case noClock(rule: String, table: String, clock: String?)
  /// A rule counts from the table's only clock, but there are several.
  case ambiguousClock(rule: String, table: String, clocks: [String])
  /// The column cannot be emptied when a row is reduced: it allows no NULL and the map names nothing instead.
  case cannotBlank(table: String, column: String)
  /// The column cannot mark restricted rows: it names rows, ties them to others or to their tenant, or the database computes it.
  case cannotMark(table: String, column: String)
  /// Rows of personal data cannot be told apart by tenant.
  case noTenantColumn(table: String, column: String)
  /// Rows fall due that name large objects, which would stay.
  case largeObjects(table: String, column: String)
  /// Personal data in something that rows cannot be erased from.
  case notErasable(table: String, kind: Table.Kind)
}
