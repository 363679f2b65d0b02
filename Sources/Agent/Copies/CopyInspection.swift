import Enforcement
import Evidence
import Foundation
public import Retention
import Stores

/// What one copy holds of rows that were erased and are remembered.
///
/// Rows that the rules erased by themselves have no tombstones: of them it says nothing.
public struct CopyInspection: Sendable {
  /// The tables of which rows are remembered.
  public let tables: [Table]

  /// One of them.
  public struct Table: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// How many of its rows are remembered.
    public let remembered: Int
    /// How many rows of the copy are such rows, value by value.
    public var equal = 0
    /// How many more have the key of one and other values: older versions, or records made since.
    public var sameKey = 0
    /// Whether the copy has the table.
    public var isThere = false
  }

  /// Whether a row was found.
  public var holdsErasedRows: Bool { tables.contains { $0.equal + $0.sameKey > 0 } }

  /// Looks into a copy: a SQLite database, or what pg_dump made. Nil when nothing is remembered of the tenant.
  public init?(of path: String, for policy: TenantPolicy, on node: Node) throws {
    guard let key = try TombstoneLedger(node: node, policy: policy).key() else { return nil }
    let gone = try node.state.tombstones(of: policy.tenant.id).filter(\.step.action.destroys)
    let marks = Dictionary(grouping: gone, by: \.step.table)
    var found = marks.mapValues { Table(name: $0[0].step.table, remembered: $0.count) }
    func judge(_ row: RowContents, of table: String, has columns: [String]) {
      guard let known = marks[table] else { return }
      let mark = key.mark(ofKey: row.key, in: table).hex
      let own = known.filter { $0.key == mark }
      guard !own.isEmpty else { return }
      let places = Dictionary(zip(columns, row.values)) { first, _ in first }
      let isEqual = own.contains { tombstone in
        let values = tombstone.columns.map { places[$0] ?? nil }
        return key.mark(ofRow: values, columns: tombstone.columns, key: row.key, in: table).hex == tombstone.row
      }
      // A row that was reduced is still there under its key, as it should be.
      let isGone = own.contains { $0.step.action == .erase }
      if isEqual { found[table]?.equal += 1 } else if isGone { found[table]?.sameKey += 1 }
    }
    let head = try DumpReader.head(path)
    let live = try node.look(at: policy, on: node.today(of: policy)).decision
    if head.starts(with: Array("SQLite format 3\0".utf8)) {
      let zone = try ZoneRules(named: policy.agreement.timeZone, for: policy.agreement.name)
      let store = try SQLiteStore(path: path, access: .readOnly, zone: zone)
      let schema = try store.schema()
      for table in live.tables where marks[table.table.name] != nil {
        guard let there = schema.table(table.table.name) else { continue }
        found[table.table.name]?.isThere = true
        let columns = there.ownColumns
        var keys = PortionedKeys(width: table.key.count)
        let known = Set(marks[table.table.name, default: []].map(\.key))
        try store.forEachKey(of: table) { row in
          if known.contains(key.mark(ofKey: row, in: table.table.name).hex) { keys.append(row) }
        }
        for portion in keys.all {
          for row in try store.contents(of: columns, in: portion, of: table) { judge(row, of: table.table.name, has: columns) }
        }
      }
    } else {
      let home = policy.tenant.store.schema ?? "public"
      func name(_ block: DumpReader.Block) -> String { block.schema == home ? block.table : "\(block.schema).\(block.table)" }
      try DumpReader(path: path).forEachRow({ block in
        let isWanted = marks[name(block)] != nil
        if isWanted { found[name(block)]?.isThere = true }
        return isWanted
      }) { block, values in
        guard let table = live.table(name(block)) else { return }
        let key = table.key.compactMap { column in
          block.columns.firstIndex(of: column).flatMap { values.indices.contains($0) ? values[$0] : nil }
        }
        guard key.count == table.key.count, values.count == block.columns.count else { return }
        judge(RowContents(key: key, values: values), of: name(block), has: block.columns)
      }
    }
    tables = found.values.sorted { $0.name < $1.name }
  }
}
