/// Columns that name a row of another table (or of their own): declared by the schema, or by the data map.
public struct Reference: Hashable, Sendable {
  /// The referring table.
  public let table: String
  /// Its referring columns.
  public let columns: [String]
  /// The table referred to.
  public let target: String
  /// The columns referred to, in the same order.
  public let targetColumns: [String]
  /// Which rows of the referring table name a row so; nil is all of them. A polymorphic reference is one for each kind.
  public let when: Predicate?
  /// What the database does to the referring row when the one it names goes; nil when only the data map knows the reference.
  public let onDelete: DeleteAction?

  /// What a declared foreign key does to referring rows.
  public enum DeleteAction: String, Hashable, Sendable, CaseIterable {
    /// Refuses, at the end of the statement or of the transaction.
    case noAction = "no action"
    /// Refuses at once.
    case restrict
    case cascade
    case setNull = "set null"
    case setDefault = "set default"
  }

  /// A reference from columns to columns.
  public init(
    table: String, columns: [String], target: String, targetColumns: [String], when: Predicate? = nil, onDelete: DeleteAction? = nil
  ) {
    self.table = table
    self.columns = columns
    self.target = target
    self.targetColumns = targetColumns
    self.when = when
    self.onDelete = onDelete
  }

  /// Whether a table refers to itself.
  public var isToItself: Bool { table == target }

  /// The columns of the referring table that it looks at.
  var ownColumns: Set<String> { Set(columns).union(when?.columns ?? []) }
}

extension Reference: CustomStringConvertible {
  /// `urenregel(medewerker) → medewerker(id)`, and for a polymorphic one `when soort is "medewerker"`.
  public var description: String {
    let condition = when.map { " when \($0)" } ?? ""
    return "\(table)(\(columns.joined(separator: ", "))) → \(target)(\(targetColumns.joined(separator: ", ")))\(condition)"
  }
}
