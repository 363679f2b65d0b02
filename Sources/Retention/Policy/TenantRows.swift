/// What a query on a vendor's own administration answered: one row for each of its customers.
public struct TenantRows: Hashable, Sendable {
  /// The names of the columns.
  public let columns: [String]
  /// The rows, each with a value for every column.
  public let rows: [[PredicateValue]]

  /// An answer to a query.
  public init(columns: [String], rows: [[PredicateValue]]) {
    self.columns = columns
    self.rows = rows
  }
}
