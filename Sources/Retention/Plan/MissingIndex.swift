/// A reference whose columns no index serves, into a table from which rows go: for each of them the database looks through
/// the whole referring table.
public struct MissingIndex: Hashable, Sendable {
  /// The reference.
  public let reference: Reference
  /// How many rows of the table referred to are to go.
  public let rows: Int
  /// How many rows the referring table has.
  public let referring: Int

  /// How long that takes, at 50 nanoseconds for each row that is read: 48 milliseconds were measured for a million.
  public var seconds: Int { Int((Double(rows) * Double(referring) * 50e-9).rounded(.up)) }
}

extension MissingIndex: CustomStringConvertible {
  /// In words, with what it costs.
  public var description: String {
    "no index serves \(reference), so \(referring) rows are searched for each of \(rows): about \(Self.words(seconds))"
  }

  private static func words(_ seconds: Int) -> String {
    seconds < 120 ? "\(seconds) s" : seconds < 7200 ? "\(seconds / 60) min" : "\(seconds / 3600) h"
  }
}

extension Plan {
  /// The references whose missing indexes the plan would feel.
  public var missingIndexes: [MissingIndex] {
    decision.unindexedReferences.compactMap { reference in
      let rows = steps.filter { $0.table.table.name == reference.target && $0.action == .erase }.reduce(0) { $0 + $1.rows }
      return rows > 0 ? MissingIndex(reference: reference, rows: rows, referring: tableRows[reference.table] ?? 0) : nil
    }
  }
}
