internal import CPostgreSQL

/// A session with a server. Owns the connection of libpq and closes it at the end of its life.
///
/// One thread uses it at a time, for one query at a time. Statements, streamed rows and transactions borrow it:
/// the compiler refuses them after its end.
@safe public struct Connection: ~Copyable {
  let handle: OpaquePointer

  /// Connects, trying the hosts of the URL in order, and makes the settings of `options`.
  ///
  /// - Parameter url: a connection URI or string as libpq takes it
  ///   (https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-CONNSTRING).
  /// - Throws: `invalidURL`, `unreachable`, `passwordNeeded`, or `server` with the SQLSTATE of the refusal.
  public init(url: String, options: Options = Options()) throws(PostgreSQLError) {
    self = try Self.connected(url, options)
  }

  init(owning handle: OpaquePointer) {
    unsafe self.handle = handle
  }

  deinit {
    unsafe PQfinish(handle)
  }
}

extension Connection {
  /// The server's version as libpq numbers it: 150004 is 15.4.
  public var serverVersion: Int { Int(unsafe PQserverVersion(handle)) }

  /// The process that serves this session, as in `pg_stat_activity`.
  public var processID: Int { Int(unsafe PQbackendPID(handle)) }

  /// Whether a transaction is open, failed or not.
  public var isInTransaction: Bool {
    [PQTRANS_INTRANS, PQTRANS_INERROR].contains(unsafe PQtransactionStatus(handle))
  }

  /// Whether the connection is known to be broken. One that broke unnoticed is not.
  public var isLost: Bool { unsafe PQstatus(handle) == CONNECTION_BAD }
}
