/// What the tables of one application hold: kinds of data, clocks, subjects, and references the schema does not declare.
public struct DataMap: Hashable, Sendable {
  /// The name by which the inventory refers to it.
  public let name: String
  /// The table of the people, if the application has one.
  public let subject: Subject?
  /// What is said about each table, by its name in the database (`schema.table` outside the default schema).
  public let tables: [String: MappedTable]
  /// References between tables that the schema does not declare.
  public let references: [MappedReference]

  /// The table that holds the data subjects.
  public struct Subject: Hashable, Sendable {
    /// Its name.
    public let table: String
    /// The column that other tables refer to.
    public let key: String
    /// The columns by which a person is known, by kind: `bsn`, `email`, `personnel-number`.
    public let identifiers: [String: String]

    /// The table of the people.
    public init(table: String, key: String, identifiers: [String: String]) {
      self.table = table
      self.key = key
      self.identifiers = identifiers
    }
  }

  /// A map with everything it says.
  public init(name: String, subject: Subject?, tables: [String: MappedTable], references: [MappedReference]) {
    self.name = name
    self.subject = subject
    self.tables = tables
    self.references = references
  }
}

/// A reference between tables that the data map adds to those of the schema.
public struct MappedReference: Hashable, Sendable {
  /// The referring table.
  public let table: String
  /// Its referring columns.
  public let columns: [String]
  /// The table referred to.
  public let target: String
  /// The columns referred to, in the same order.
  public let targetColumns: [String]

  /// A reference from columns to columns.
  public init(table: String, columns: [String], target: String, targetColumns: [String]) {
    self.table = table
    self.columns = columns
    self.target = target
    self.targetColumns = targetColumns
  }
}
