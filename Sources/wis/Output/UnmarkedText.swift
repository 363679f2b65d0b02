import Evidence
import Retention

/// Rows whose use must stop although nothing says so to the application that has them. Nobody may take them for closed.
enum UnmarkedText {
  /// A line for each table.
  static func lines(_ plan: Plan) -> [String] {
    rows(plan).map { table, rows in
      let why =
        plan.decision.table(table)?.restriction == nil
        ? "and the data map names no mark for them ('when-restricted:')" : "and stay as they are until the returned data is destroyed"
      return "\(rows) rows of \(table) are to be restricted, \(why): nothing stops their use"
    }
  }

  /// The same for scripts.
  static func json(_ plan: Plan) -> JSONValue {
    .array(rows(plan).map { ["table": .string($0), "rows": .integer(Int64($1))] })
  }

  private static func rows(_ plan: Plan) -> [(table: String, rows: Int)] {
    Dictionary(plan.unmarked.map { ($0.table, $0.count.rows) }, uniquingKeysWith: +).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}
