public import Stores

/// The rows of some tables as somebody has them elsewhere already: returned, or in a sealed archive. A run that has them destroys no
/// other row of these tables, and none that is no longer what it was.
public struct ReturnedRows {
  private let layouts: [String: CopyLayout]
  private let holds: (_ table: String, _ hash: [UInt8]) throws -> Bool

  /// - Parameters:
  ///   - layouts: by table, the columns that were returned.
  ///   - holds: whether a table had a row with a hash, as ``RowPart/hash(_:)`` gives it.
  public init(layouts: [String: CopyLayout], holds: @escaping (_ table: String, _ hash: [UInt8]) throws -> Bool) {
    self.layouts = layouts
    self.holds = holds
  }

  /// What tells whether a row of a table was returned; nil where nothing of the table was.
  func mark(in table: String) -> RowPart? { layouts[table].map(RowPart.hash) }

  /// Refuses rows that were not returned, or not all of whose hashes are there.
  func require(_ hashes: [[UInt8]?], of rows: Int, in table: String) throws {
    guard layouts[table] != nil else { return }
    guard hashes.count == rows, try hashes.allSatisfy({ try $0.map { try holds(table, $0) } ?? false }) else {
      throw EnforcementError.notReturned(table: table)
    }
  }
}
