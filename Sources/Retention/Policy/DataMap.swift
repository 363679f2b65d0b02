/// What the tables of one application hold: kinds of data, clocks, subjects, and references the schema does not declare.
public struct DataMap: Hashable, Sendable {
  /// The name by which the inventory refers to it.
  public let name: String
  /// The table of the people, if the application has one.
  public let subject: Subject?
  /// What is said about each table, by its name in the database (`schema.table` outside the default schema).
  public let tables: [String: MappedTable]
  /// References between tables that the schema does not declare.
  public let references: [Reference]

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
  public init(name: String, subject: Subject?, tables: [String: MappedTable], references: [Reference]) {
    self.name = name
    self.subject = subject
    self.tables = tables
    self.references = references
  }
}
