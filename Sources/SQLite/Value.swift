internal import CSQLite

/// A value as SQLite stores it (https://www.sqlite.org/datatype3.html).
public enum Value: Hashable, Sendable {
  /// No value.
  case null
  /// A signed 64-bit integer.
  case integer(Int64)
  /// A floating point number. SQLite has no NaN: binding one is refused.
  case real(Double)
  /// Text in UTF-8; may hold NUL.
  case text(String)
  /// Text whose bytes are not UTF-8, kept byte for byte.
  case rawText([UInt8])
  /// Bytes.
  case blob([UInt8])
}

/// The storage class of a value.
public enum StorageClass: String, Hashable, Sendable {
  /// No value.
  case null
  /// A signed 64-bit integer.
  case integer
  /// A floating point number.
  case real
  /// Text, which SQLite does not check for being UTF-8.
  case text
  /// Bytes.
  case blob

  init(_ code: Int32) {
    self =
      switch code {
      case SQLITE_INTEGER: .integer
      case SQLITE_FLOAT: .real
      case SQLITE3_TEXT: .text
      case SQLITE_BLOB: .blob
      default: .null
      }
  }
}
