// public import PostgreSQL
public import SQLite

/// What went wrong in a tenant's database. Never holds a value of a row.
public enum StoreError: Error, Hashable, Sendable {
  /// SQLite refused.
  case sqlite(SQLiteError)
  /// PostgreSQL refused.
//  case postgreSQL(PostgreSQLError)
  /// A column cannot tell time in the way the data map says.
  case unreadableClock(table: String, column: String, type: String, encoding: String)
  /// A row holds a key column in a form that cannot name it.
  case unreadableKey(table: String)
  /// The database does not have the table or column that was planned for.
  case missing(table: String, column: String?)
  /// A key given by a person does not have as many parts as the table's key.
  case wrongKey(table: String, columns: [String])
  /// The tenant's part of the database cannot be told: SQLite has no schemas.
  case noSchemas

  /// Whether the same transaction, begun anew, may succeed without anyone's help.
  public var mayRetry: Bool {
    switch self {
    case .sqlite(let error): error.mayRetry
//    case .postgreSQL(let error): error.mayRetry
    case .unreadableClock, .unreadableKey, .missing, .wrongKey, .noSchemas: false
    }
  }
}
