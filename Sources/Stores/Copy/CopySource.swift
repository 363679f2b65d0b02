public import Retention

/// A database that is copied out: everything is read in one snapshot, nothing is changed.
public protocol CopySource: AnyObject {
  /// Runs `body` while the database stands still for this connection; others go on. Within another one it is part of that.
  func inSnapshot<Result>(_ body: () throws -> Result) throws -> Result

  /// How a table is copied out; nil when it has no columns, or its rows are not in this database.
  func layout(of table: Table) throws(StoreError) -> CopyLayout?

  /// Counts rows inside the database, by a statement of its own.
  func rowCount(of selection: CopySelection) throws(StoreError) -> Int

  /// Counts and hashes rows inside the database, and counts the values that are exactly `text`.
  func survey(_ selection: CopySelection, for text: String) throws(StoreError) -> Survey

  /// Reads rows in the layout's order, one at a time.
  ///
  /// - Parameter hashing: whether the database hashes each row as well, from the values that it holds.
  /// - Returns: the sum of these hashes, the same that ``survey(_:for:)`` gives; 0 when none were asked for.
  func copyOut(_ selection: CopySelection, hashing: Bool, _ body: (borrowing CopiedRow) throws -> Void) throws -> UInt64

  /// Reads all bytes of a large value in pieces, while no row is being read.
  ///
  /// - Parameter locator: where its row said that it is.
  func readLarge(_ column: CopyColumn, of layout: CopyLayout, at locator: String, _ body: ([UInt8]) throws -> Void) throws

  /// What else is in the database, each with the statement that makes it, in an order in which they can be made.
  func objects() throws(StoreError) -> [SchemaObject]
}

extension CopySource {
  /// Reads rows in the layout's order, one at a time.
  public func copyOut(_ selection: CopySelection, _ body: (borrowing CopiedRow) throws -> Void) throws {
    _ = try copyOut(selection, hashing: false, body)
  }
}
