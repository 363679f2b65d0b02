import Evidence
import Retention

/// Tables that only the application can read. They are left alone on the word of the data map; nobody may take them for looked at.
enum UnreadableText {
  /// A line for each table.
  static func lines(_ decision: TenantDecision) -> [String] {
    tables(decision).map {
      "\($0) is kept by a SQLite module that this program does not have, or is an index without its rows, and was not looked at; "
        + "that it is about nobody is the data map's word"
    }
  }

  /// The same for scripts.
  static func json(_ decision: TenantDecision) -> JSONValue { .array(tables(decision).map(JSONValue.string)) }

  private static func tables(_ decision: TenantDecision) -> [String] {
    decision.schema.tables.filter { $0.kind == .unreadable }.map(\.name)
  }
}
