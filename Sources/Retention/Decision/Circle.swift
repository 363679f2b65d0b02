/// Tables whose rows can name each other in chains and circles: one that refers to itself, or several that refer to each other.
///
/// Which rows of them can go is a fixed point: a row stays when it is not due, when a row outside of the circle holds it, or
/// when a row that stays names it, directly or through others.
public struct Circle: Hashable, Sendable {
  /// One of the tables.
  public struct Member: Hashable, Sendable {
    /// Its name.
    public let table: String
    /// The columns that name its rows.
    public let key: [String]
    /// The condition that a row would go, if nothing held it.
    package let due: Condition
    /// The condition that rows of tables outside hold a row.
    package let heldFromOutside: Condition
  }

  /// The tables, by name.
  public let members: [Member]
  /// The references among them.
  public let references: [Reference]

  /// The position of a table.
  public func index(of table: String) -> Int? { members.firstIndex { $0.table == table } }

  /// A table.
  public func member(_ table: String) -> Member? { members.first { $0.table == table } }
}
