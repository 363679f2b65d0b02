import PostgreSQL
public import Retention
import SQLite

/// A vendor's own administration, asked which tenants there are. It is never written to.
public enum TenantRegister {
  /// What one SELECT answers on a database.
  public static func rows(of sql: String, in database: StoreLocation.Database) throws(StoreError) -> TenantRows {
    switch database {
    case .sqlite(let path):
      do { return try rows(of: sql, inSQLite: path) } catch { throw .sqlite(error) }
    case .postgreSQL(let url):
      do { return try rows(of: sql, inPostgreSQL: url) } catch { throw .postgreSQL(error) }
    }
  }

  private static func rows(of sql: String, inSQLite path: String) throws(SQLiteError) -> TenantRows {
    // As in SQLiteStore: a connection that may only read leaves files beside a database in WAL mode.
    let database = try SQLite.Connection(path: path, mode: .readWrite, busyTimeout: .seconds(10))
    try database.execute("PRAGMA query_only = ON")
    var statement = try database.prepare(sql)
    let columns = statement.columnNames
    var rows: [[PredicateValue]] = []
    while let row = try statement.next() {
      var values: [PredicateValue] = []
      for column in columns.indices {
        switch row.value(column) {
        case .null: values.append(.null)
        case .integer(let number): values.append(.integer(number))
        case .real, .text, .rawText, .blob: values.append(.text(try row.text(column)))
        }
      }
      rows.append(values)
    }
    return TenantRows(columns: columns, rows: rows)
  }

  private static func rows(of sql: String, inPostgreSQL url: String) throws(PostgreSQLError) -> TenantRows {
    var options = PostgreSQL.Options()
    options.isReadOnly = true
    options.statementTimeout = .seconds(60)
    // Rows that the role may not see would silently be tenants that nobody looks after.
    options.rowSecurity = false
    let database = try PostgreSQL.Connection(url: url, options: options)
    let answer = try database.fetch(sql)
    let columns = answer.columnNames
    var rows: [[PredicateValue]] = []
    for index in 0..<answer.count {
      var values: [PredicateValue] = []
      for column in columns.indices { values.append(try answer[index].optionalText(column).map(PredicateValue.text) ?? .null) }
      rows.append(values)
    }
    return TenantRows(columns: columns, rows: rows)
  }
}
