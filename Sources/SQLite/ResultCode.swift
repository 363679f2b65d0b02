internal import CSQLite

/// A result code of SQLite, extended where SQLite gives one (https://www.sqlite.org/rescode.html).
///
/// As a pattern, a primary code matches every extended code derived from it:
/// `catch ResultCode.busy` also catches `SQLITE_BUSY_SNAPSHOT`.
public struct ResultCode: RawRepresentable, Hashable, Sendable {
  /// The number as SQLite returned it.
  public let rawValue: Int32

  /// Takes a number that SQLite returned.
  public init(rawValue: Int32) {
    self.rawValue = rawValue
  }

  /// The code without its extension: the lower eight bits.
  public var primary: ResultCode {
    ResultCode(rawValue: rawValue & 0xff)
  }

  /// SQLite's own English name for the code. Never holds a value from a row.
  public var meaning: String {
    unsafe String(cString: sqlite3_errstr(rawValue))
  }

  /// Whether `code` is `pattern` or, when `pattern` is primary, one of its extensions.
  public static func ~= (pattern: ResultCode, code: ResultCode) -> Bool {
    pattern == code || pattern == code.primary
  }

  /// Whether `error` comes from SQLite with a code that matches `pattern`.
  public static func ~= (pattern: ResultCode, error: any Error) -> Bool {
    guard let error = error as? SQLiteError else { return false }
    return pattern ~= error.code
  }
}

extension ResultCode {
  /// A generic error: wrong SQL, or a statement that cannot run.
  public static let error = ResultCode(rawValue: SQLITE_ERROR)
  /// Access was refused by an authoriser or by file permissions.
  public static let permission = ResultCode(rawValue: SQLITE_PERM)
  /// The statement was aborted, for example by a rollback.
  public static let abort = ResultCode(rawValue: SQLITE_ABORT)
  /// Another connection holds a lock, longer than the busy timeout.
  public static let busy = ResultCode(rawValue: SQLITE_BUSY)
  /// A lock within the same connection or shared cache.
  public static let locked = ResultCode(rawValue: SQLITE_LOCKED)
  /// Memory ran out.
  public static let noMemory = ResultCode(rawValue: SQLITE_NOMEM)
  /// A write to something read-only.
  public static let readOnly = ResultCode(rawValue: SQLITE_READONLY)
  /// The statement was interrupted.
  public static let interrupt = ResultCode(rawValue: SQLITE_INTERRUPT)
  /// The operating system failed to read or write.
  public static let inputOutput = ResultCode(rawValue: SQLITE_IOERR)
  /// The file is a database but damaged.
  public static let corrupt = ResultCode(rawValue: SQLITE_CORRUPT)
  /// The disk, or the database's page limit, is full.
  public static let full = ResultCode(rawValue: SQLITE_FULL)
  /// The file is missing, is a directory, or may not be opened.
  public static let cannotOpen = ResultCode(rawValue: SQLITE_CANTOPEN)
  /// The schema changed under a running statement.
  public static let schema = ResultCode(rawValue: SQLITE_SCHEMA)
  /// A value or statement is larger than SQLite's limits.
  public static let tooBig = ResultCode(rawValue: SQLITE_TOOBIG)
  /// A constraint of the schema refused the change.
  public static let constraint = ResultCode(rawValue: SQLITE_CONSTRAINT)
  /// A value has another storage class than was asked for.
  public static let mismatch = ResultCode(rawValue: SQLITE_MISMATCH)
  /// The library was used against its rules.
  public static let misuse = ResultCode(rawValue: SQLITE_MISUSE)
  /// A parameter or column that does not exist.
  public static let range = ResultCode(rawValue: SQLITE_RANGE)
  /// The file is not a database.
  public static let notADatabase = ResultCode(rawValue: SQLITE_NOTADB)

  /// A foreign key refused the change.
  public static let foreignKey = ResultCode(rawValue: constraint.rawValue | (3 << 8))
  /// A `NOT NULL` column refused the change.
  public static let notNull = ResultCode(rawValue: constraint.rawValue | (5 << 8))
  /// A primary key refused the change.
  public static let primaryKey = ResultCode(rawValue: constraint.rawValue | (6 << 8))
  /// A trigger refused the change with `RAISE`.
  public static let trigger = ResultCode(rawValue: constraint.rawValue | (7 << 8))
  /// A unique index refused the change.
  public static let unique = ResultCode(rawValue: constraint.rawValue | (8 << 8))
  /// A function refused the change.
  public static let function = ResultCode(rawValue: constraint.rawValue | (4 << 8))
  /// A virtual table refused the change.
  public static let virtualTable = ResultCode(rawValue: constraint.rawValue | (9 << 8))
  /// Another writer came between this transaction's reading and its writing; only a new transaction helps.
  public static let busySnapshot = ResultCode(rawValue: busy.rawValue | (2 << 8))
}
