import Retention

/// Of rows of a circle that are told by their keys, those that can go together: each satisfies the conditions of its step, and
/// nothing names it but rows that go as well.
///
/// The conditions of the circle cannot tell them: what is due by these is every row of the tables.
struct FreeRows {
  private let steps: [Step]
  private let listed: [[FrozenKeys]]

  /// Rows of each step, in portions.
  init(_ steps: [Step], _ listed: [[FrozenKeys]]) {
    self.steps = steps
    self.listed = listed
  }

  private struct Row: Hashable {
    let table: String
    let key: [[UInt8]]
  }

  /// Their keys, by step.
  func find(in store: some NamingStore) throws(StoreError) -> [FrozenKeys] {
    var going: [[Row]] = []
    for (step, portions) in zip(steps, listed) {
      var rows: [Row] = []
      for keys in portions {
        for key in try store.keys(among: keys, of: step.table, where: step.conditionOutsideCircle) {
          rows.append(Row(table: step.table.table.name, key: key))
        }
      }
      going.append(rows)
    }
    let held = try held(among: Set(going.joined()), in: store)
    return zip(steps, going).map { step, rows in
      var keys = FrozenKeys(width: step.table.key.count)
      for row in rows where !held.contains(row) {
        for column in row.key { keys.append(column: column) }
        keys.closeKey()
      }
      return keys
    }
  }

  /// Those that a row names which stays, directly or through others.
  private func held(among rows: Set<Row>, in store: some NamingStore) throws(StoreError) -> Set<Row> {
    var held: Set<Row> = []
    var named: [Row: [Row]] = [:]
    for (step, portions) in zip(steps, listed) {
      let name = step.table.table.name
      for reference in step.circle?.references ?? [] where reference.target == name {
        guard let member = step.circle?.member(reference.table) else { continue }
        for keys in portions {
          for pair in try store.rows(naming: keys, of: step.table, by: reference, key: member.key) {
            let (below, above) = (Row(table: reference.table, key: pair.naming), Row(table: name, key: pair.named))
            if below == above { continue }
            if rows.contains(below) { named[below, default: []].append(above) } else { held.insert(above) }
          }
        }
      }
    }
    var open = Array(held)
    while let row = open.popLast() {
      for above in named[row] ?? [] where held.insert(above).inserted { open.append(above) }
    }
    return held
  }
}

extension ConditionRenderer {
  /// The columns of two keys, that of a row called `below` and that of the row called `t0` which it names, and the condition that it does.
  mutating func naming(
    _ reference: Reference, _ key: [String], _ table: TableDecision, asText cast: String
  ) throws(StoreError) -> (columns: String, link: String) {
    var columns: [String] = []
    for column in key { columns.append("below.\(try dialect.quoted(column))\(cast)") }
    columns += try self.key(of: table).map { "t0.\($0)\(cast)" }
    return (columns.joined(separator: ", "), try link(reference, from: "below", to: "t0"))
  }
}

/// What a store is asked about rows that are told by their keys. Keys are in the form of ``RowContents``.
protocol NamingStore {
  /// The keys of those rows that satisfy a condition.
  func keys(among keys: FrozenKeys, of table: TableDecision, where condition: Condition) throws(StoreError) -> [[[UInt8]]]

  /// The rows of a reference's table that name one of them, by the columns of their key, each with the one that it names.
  func rows(
    naming keys: FrozenKeys, of table: TableDecision, by reference: Reference, key: [String]
  ) throws(StoreError) -> [(naming: [[UInt8]], named: [[UInt8]])]
}
