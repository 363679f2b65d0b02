public import PostgreSQL
public import Retention
public import SQLite

/// What went wrong in a tenant's database. Never holds a value of a row.
public enum StoreError: Error, Hashable, Sendable {
  /// SQLite refused.
  case sqlite(SQLiteError)
  /// PostgreSQL refused.
  case postgreSQL(PostgreSQLError)
  /// A column cannot tell time in the way the data map says.
  case unreadableClock(table: String, column: String, type: String, encoding: String)
  /// The database does not have the table or column that was planned for.
  case missing(table: String, column: String?)
  /// A key given by a person does not have as many parts as the table's key.
  case wrongKey(table: String, columns: [String])
  /// A row that falls due has NULL, or bytes that are no text, where its key should be: it could not be looked up afterwards.
  case unnameableRow(table: String)
  /// Rows share what the data map declares to be their key, or have NULL in it.
  case ambiguousKey(table: String, columns: [String])
  /// Foreign keys changed rows that no reference leads to; it was undone.
  case unforeseenRows(table: String, rows: Int)
  /// Rows are to be changed and stay, and the data map no longer says what is set in them.
  case nothingToSet(table: String, action: Step.Action)
  /// The database does not have the schema that holds the tenant's tables.
  case noSchema(String)
  /// A table, or a column of it, has no name.
  case noName(table: String)
  /// Two tables, or two columns of one, have names that are the same text in other bytes, as é can be one character or two.
  case sameName(table: String, column: String?)

  /// What the engine itself said; nil when it was not the engine.
  public var engineMessage: String? {
    switch self {
    case .sqlite(let error): error.message
    case .postgreSQL(let error): error.message
    case .unreadableClock, .missing, .wrongKey, .unnameableRow, .ambiguousKey, .unforeseenRows, .nothingToSet, .noSchema,
      .noName, .sameName:
      nil
    }
  }

  /// Whether a trigger of the database refused, or a rule that makes something else of the statement. What a trigger says may be about
  /// a row, so nobody is told.
  public var isRefusedByTrigger: Bool {
    switch self {
    case .sqlite(let error): error.code == .trigger
    case .postgreSQL(let error): [.raiseException, .featureNotSupported].contains(error.code)
    case .unreadableClock, .missing, .wrongKey, .unnameableRow, .ambiguousKey, .unforeseenRows, .nothingToSet, .noSchema,
      .noName, .sameName:
      false
    }
  }

  /// Whether the same transaction, begun anew, may succeed without anyone's help.
  public var mayRetry: Bool {
    switch self {
    case .sqlite(let error): error.mayRetry
    // A row that names one of the batch came in between: the next look sees it.
    case .postgreSQL(let error): error.mayRetry && !error.isConnectionLost || error.code == .foreignKeyViolation
    case .unreadableClock, .missing, .wrongKey, .unnameableRow, .ambiguousKey, .unforeseenRows, .nothingToSet, .noSchema,
      .noName, .sameName:
      false
    }
  }
}
