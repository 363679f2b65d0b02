/// How a session behaves, whatever the server, the role or the URL have as defaults.
public struct Options: Sendable {
  /// Shown in `pg_stat_activity`. A name in the URL goes first.
  public var applicationName = "wis"
  /// How long one host may take to answer before the next of the URL is tried.
  public var connectTimeout: Duration = .seconds(10)
  /// How long a statement may run; nil leaves the server's default, zero means without end.
  public var statementTimeout: Duration?
  /// How long a statement may wait for a lock; nil leaves the server's default, zero means without end.
  public var lockTimeout: Duration?
  /// How long a transaction may be idle; nil leaves the server's default, zero means without end.
  public var idleInTransactionTimeout: Duration?
  /// Where unqualified names are looked for, after `pg_catalog`; nil leaves the role's default, empty means nowhere else.
  public var searchPath: [String]?
  /// Whether row security policies may silently hide rows. When false, a query they would filter fails instead.
  public var rowSecurity = true
  /// Whether transactions refuse to write unless they say otherwise.
  public var isReadOnly = false

  /// The defaults above.
  public init() {}

  /// The settings of the session, in the order they are made. Text forms are fixed, so that values read back the same everywhere.
  func settings() throws(PostgreSQLError) -> [(name: String, value: String)] {
    var settings = [
      ("DateStyle", "ISO, YMD"), ("IntervalStyle", "iso_8601"), ("TimeZone", "UTC"), ("extra_float_digits", "1"),
      ("bytea_output", "hex"), ("lc_monetary", "C"), ("row_security", rowSecurity ? "on" : "off"),
      ("default_transaction_read_only", isReadOnly ? "on" : "off"),
    ]
    for (name, timeout) in [
      ("statement_timeout", statementTimeout), ("lock_timeout", lockTimeout),
      ("idle_in_transaction_session_timeout", idleInTransactionTimeout),
    ] {
      if let timeout { settings.append((name, "\(timeout.wholeMilliseconds)ms")) }
    }
    if let searchPath {
      var names: [String] = []
      for name in searchPath { names.append(try quoted(name)) }
      settings.append(("search_path", names.joined(separator: ", ")))
    }
    return settings
  }
}

extension Duration {
  /// Rounded up: a short timeout must not become zero, which means none.
  var wholeMilliseconds: Int32 {
    let (seconds, attoseconds) = components
    let millisecond: Int64 = 1_000_000_000_000_000
    return Int32(clamping: min(max(seconds, 0), 1 << 40) * 1000 + (attoseconds + millisecond - 1) / millisecond)
  }
}
