internal import CSQLite

/// What SQLite refused, at which step. Never holds a value from a row or a parameter.
public struct SQLiteError: Error, Hashable, Sendable {
  /// What was being done.
  public enum Step: String, Hashable, Sendable {
    /// Opening a file, up to its first read.
    case open
    /// Compiling a statement.
    case prepare
    /// Giving a parameter its value.
    case bind
    /// Running a statement.
    case step
    /// Reading a column of a row as a type it does not have.
    case read
    /// Writing a name as SQL.
    case quote
  }

  /// The result code, extended where SQLite gives one.
  public let code: ResultCode
  /// What was being done.
  public let step: Step
  /// SQLite's message where it cannot hold a value of a row, otherwise the meaning of the code.
  public let message: String
  /// The SQL with its placeholders, never with the values bound to them; nil when no statement was involved.
  public let statement: String?
  /// The table of a violated `NOT NULL`, `UNIQUE` or `PRIMARY KEY`, when SQLite names it.
  public let table: String?
  /// The column of a violated `NOT NULL`, `UNIQUE` or `PRIMARY KEY`, the first of several, when SQLite names it.
  public let column: String?

  init(_ code: ResultCode, _ step: Step, message: String, statement: String? = nil) {
    self.code = code
    self.step = step
    self.message = message
    self.statement = statement
    (table, column) = Self.place(code, message)
  }
}

extension SQLiteError {
  /// Another connection holds the lock. Waiting and doing the whole transaction again may help.
  public var isBusy: Bool { code.primary == .busy || code.primary == .locked }
  /// There is no room to write.
  public var isFull: Bool { code.primary == .full }
  /// The file is damaged or no database at all: nothing may be written to it.
  public var isCorrupt: Bool { code.primary == .corrupt || code.primary == .notADatabase }
  /// The file could not be opened: missing, a directory, or not permitted.
  public var isUnavailable: Bool { code.primary == .cannotOpen || code.primary == .permission }

  /// The one place that decides whether the same transaction, begun anew, may succeed without anyone's help.
  public var mayRetry: Bool { isBusy }
}

extension SQLiteError: CustomStringConvertible {
  /// One line for logs and tests; text for people is made at the command line.
  public var description: String {
    let place = statement.map { " in: \($0)" } ?? ""
    return "SQLite \(code.rawValue) at \(step.rawValue): \(message)\(place)"
  }
}

extension SQLiteError {
  /// The error that SQLite just returned on `connection`.
  static func last(_ code: Int32, _ step: Step, connection: OpaquePointer?, statement: String? = nil) -> SQLiteError {
    let code = ResultCode(rawValue: code)
    guard let connection = unsafe connection, isMessageFreeOfValues(code, step) else {
      return SQLiteError(code, step, message: code.meaning, statement: statement)
    }
    return SQLiteError(code, step, message: unsafe String(cString: sqlite3_errmsg(connection)), statement: statement)
  }

  /// Messages of a running statement may quote data: FTS5 quotes its query, JSON functions their path, `RAISE` anything.
  /// Those all come as the generic error or as a constraint of a trigger, function or virtual table.
  private static func isMessageFreeOfValues(_ code: ResultCode, _ step: Step) -> Bool {
    if step != .step { return true }
    return ![.error, .trigger, .function, .virtualTable].contains(code)
  }

  /// SQLite writes "UNIQUE constraint failed: table.column, table.column".
  private static func place(_ code: ResultCode, _ message: String) -> (table: String?, column: String?) {
    guard [.notNull, .unique, .primaryKey].contains(code), let colon = message.lastIndex(of: ":") else { return (nil, nil) }
    let first = message[colon...].dropFirst(2).prefix { $0 != "," }
    guard let dot = first.lastIndex(of: ".") else { return (nil, nil) }
    return (String(first[..<dot]), String(first[dot...].dropFirst()))
  }
}
