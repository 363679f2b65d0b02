import Enforcement
import Evidence
import Retention
import Stores

/// Looks for rows that were erased before and are there again: first by the marks of their keys, then by those of their contents.
///
/// A row with the key of an erased one and other contents is a new record, and so is what belongs to it: it is counted and left
/// alone.
struct RestoredSearch {
  let tenant: String
  let store: any TenantStore
  let decision: TenantDecision
  let key: TombstoneKey
  let tombstones: [StoredTombstone]

  /// What was found.
  struct Finding {
    /// The rows that came back, by the run that had erased them.
    var restored: [Int64: [StepName: [RestoredRows.Portion]]] = [:]
    /// How many rows have the key of an erased one and other contents.
    var returned = 0
  }

  private struct Match {
    let tombstone: StoredTombstone
    let row: RowContents
  }

  /// Searches every table of which rows are remembered.
  func find() throws -> Finding {
    var finding = Finding()
    var newRecords: [String: Set<[[UInt8]]>] = [:]
    let byTable = Dictionary(grouping: tombstones, by: \.step.table)
    // Those referred to come first: what belongs to a new record is new.
    for table in decision.graph.childrenFirst(decision.tables.map(\.table.name)).flatMap(\.self).reversed() {
      guard let marks = byTable[table], let decided = decision.table(table), !decided.key.isEmpty else { continue }
      let (matches, others) = try look(in: decided, for: marks)
      newRecords[table, default: []].formUnion(others)
      var portions: [Int64: [StepName: [[String]: PortionedKeys]]] = [:]
      for match in matches {
        if belongs(match, to: newRecords, decided) {
          newRecords[table, default: []].insert(match.row.key)
          continue
        }
        let tombstone = match.tombstone
        portions[tombstone.run, default: [:]][tombstone.step, default: [:]][
          tombstone.columns, default: PortionedKeys(width: decided.key.count)
        ].append(match.row.key)
      }
      for (run, steps) in portions {
        for (step, shapes) in steps {
          finding.restored[run, default: [:]][step] = shapes.sorted { $0.key.lexicographicallyPrecedes($1.key) }.flatMap { shape in
            shape.value.all.map { RestoredRows.Portion(keys: $0, columns: shape.key) }
          }
        }
      }
    }
    finding.returned = newRecords.values.reduce(0) { $0 + $1.count }
    return finding
  }

  private func look(in table: TableDecision, for marks: [StoredTombstone]) throws -> (matches: [Match], others: Set<[[UInt8]]>) {
    let name = table.table.name
    let byKey = Dictionary(grouping: marks, by: \.key)
    var candidates: [[String]: PortionedKeys] = [:]
    var found: Set<[[UInt8]]> = []
    try store.forEachKey(of: table) { row in
      guard let known = byKey[key.mark(ofKey: row, in: name).hex] else { return }
      found.insert(row)
      for columns in Set(known.map(\.columns)) {
        candidates[columns, default: PortionedKeys(width: table.key.count)].append(row)
      }
    }
    let byRow = Dictionary(marks.map { ($0.row, $0) }) { _, newest in newest }
    var matches: [[[UInt8]]: Match] = [:]
    for (columns, keys) in candidates {
      if let gone = columns.first(where: { table.table.column($0) == nil }) {
        throw AgentError.ledger(
          tenant: tenant,
          problem: "table \(name) has rows with the keys of erased ones, and its column \(gone), by which they would be told, is gone")
      }
      for portion in keys.all {
        for row in try store.contents(of: columns, in: portion, of: table) {
          let mark = key.mark(ofRow: row.values, columns: columns, key: row.key, in: name).hex
          if let tombstone = byRow[mark], tombstone.columns == columns { matches[row.key] = Match(tombstone: tombstone, row: row) }
        }
      }
    }
    return (Array(matches.values), found.subtracting(matches.keys))
  }

  /// Whether a row names a new record by its key.
  private func belongs(_ match: Match, to newRecords: [String: Set<[[UInt8]]>], _ table: TableDecision) -> Bool {
    decision.graph.references.contains { reference in
      guard reference.table == table.table.name, let records = newRecords[reference.target],
        reference.targetColumns == decision.table(reference.target)?.key
      else { return false }
      let named = reference.columns.map { column in
        match.tombstone.columns.firstIndex(of: column).flatMap { match.row.values[$0] }
      }
      let present = named.compactMap(\.self)
      return present.count == named.count && records.contains(present)
    }
  }
}
