internal import CPostgreSQL

/// What the server refused or what happened to the connection. Never holds a value from a row or a parameter, nor a password.
public struct PostgreSQLError: Error, Hashable, Sendable {
  /// What went wrong, where no SQLSTATE can say it.
  public enum Kind: String, Hashable, Sendable {
    /// The server refused, with a SQLSTATE.
    case server
    /// The connection's URL cannot be understood.
    case invalidURL
    /// No server answered: no such host, port or socket, or none within the connect timeout.
    case unreachable
    /// The server asks for a password and none was given.
    case passwordNeeded
    /// The connection broke while in use. Whether a running COMMIT took effect is unknown.
    case connectionLost
    /// A value is not what was asked for, or a result has no row where one was promised.
    case mismatch
    /// A value or name that cannot be sent, such as text with NUL.
    case unsendable
    /// The connection is still reading the rows of another query, or another such misuse.
    case misuse
  }

  /// What went wrong.
  public let kind: Kind
  /// The server's SQLSTATE, when it gave one. A lost connection may have one too.
  public let code: SQLState?
  /// The message where it cannot hold a value of a row, otherwise the name of the condition.
  public let message: String
  /// The SQL with its placeholders, never with the values of its parameters.
  public private(set) var statement: String?
  /// The schema of the object concerned, when the server names one.
  public private(set) var schema: String?
  /// The table concerned, when the server names one.
  public private(set) var table: String?
  /// The column concerned, when the server names one.
  public private(set) var column: String?
  /// The constraint concerned, when the server names one.
  public private(set) var constraint: String?

  init(_ kind: Kind, code: SQLState? = nil, message: String, statement: String? = nil) {
    self.kind = kind
    self.code = code
    self.message = message
    self.statement = statement
  }
}

extension PostgreSQLError {
  /// The connection is of no further use; another must be opened.
  public var isConnectionLost: Bool { kind == .connectionLost }
  /// Someone else's lock stood in the way for too long.
  public var isLockTimeout: Bool { code == .lockNotAvailable }
  /// There is no room to write.
  public var isFull: Bool { code == .diskFull }

  /// The one place that decides whether the same transaction, begun anew (on a new connection when this one is lost),
  /// may succeed without anyone's help. After a lost COMMIT ask first whether it took effect.
  public var mayRetry: Bool {
    isConnectionLost || [.serializationFailure, .deadlockDetected, .lockNotAvailable].contains(code)
  }
}

extension PostgreSQLError: CustomStringConvertible {
  /// One line for logs and tests; text for people is made at the command line.
  public var description: String {
    let code = code.map { " " + $0.rawValue } ?? ""
    let place = statement.map { " in: \($0)" } ?? ""
    return "PostgreSQL \(kind.rawValue)\(code): \(message)\(place)"
  }
}

extension PostgreSQLError {
  /// The error in a failed result. DETAIL, HINT and CONTEXT may hold values and are never read.
  init(_ result: OpaquePointer, statement: String, isLost: Bool) {
    func field(_ field: wis_pg_field) -> String? {
      unsafe PQresultErrorField(result, Int32(bitPattern: field.rawValue)).map { unsafe String(cString: $0) }
    }
    // A result that libpq made up itself has no fields; it says that the connection is gone or that it ran out of memory.
    guard let code = field(WIS_PG_SQLSTATE).flatMap(SQLState.init) else {
      self.init(isLost ? .connectionLost : .misuse, message: isLost ? "the connection is lost" : "libpq failed", statement: statement)
      return
    }
    let isSafe = code.hasMessageFreeOfValues(context: field(WIS_PG_CONTEXT) != nil)
    let message = isSafe ? field(WIS_PG_MESSAGE) : nil
    self.init(isLost ? .connectionLost : .server, code: code, message: message ?? code.condition, statement: statement)
    schema = field(WIS_PG_SCHEMA)
    table = field(WIS_PG_TABLE)
    column = field(WIS_PG_COLUMN)
    constraint = field(WIS_PG_CONSTRAINT)
  }
}
