import Retention

/// Rows of which nobody can tell when they fall due: they stay, and somebody has to look.
enum UndatedText {
  /// A line for each table and the clocks that it lacks.
  static func lines(_ plan: Plan) -> [String] {
    var rows: [String: Int] = [:]
    for exclusion in plan.exclusions where exclusion.case.disposition == .undated {
      for case .clockMissing(let clocks) in exclusion.case.reasons {
        rows["rows of \(exclusion.table) are undated: \(unreadable(clocks))", default: 0] += exclusion.count.rows
      }
    }
    return rows.sorted { $0.key < $1.key }.map {
      "\($0.value) \($0.key); look at one (wis explain), and correct the rows, or say in the data map how the column tells time ('as:') "
        + "or what an empty one means ('when-null:')"
    }
  }

  /// What is missing.
  static func unreadable(_ clocks: [String]) -> String { "no day can be read from \(clocks.joined(separator: ", "))" }
}
