/// A place beside the files of a database in which a server keeps what passed through it.
public enum OutsidePlace: String, Hashable, Sendable, CaseIterable {
  /// Segments of the write-ahead log that are copied elsewhere.
  case archive
  /// Servers that follow this one, and slots that keep the log for one.
  case standbys
  /// The server's own log, in which statements stand with their values.
  case serverLog
  /// The statements that `pg_stat_statements` collected; commands without a plan stand there as they were written.
  case statements
}
