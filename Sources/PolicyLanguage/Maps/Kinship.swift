import Retention

/// How the tables of a map hang together: whom a row belongs to and for whose sake it exists.
struct Kinship {
  private let tables: [String: ReadTable]
  private let order: [ReadTable]
  private let names: [String]

  init(tables: [ReadTable], names: [String]) {
    self.tables = Dictionary(uniqueKeysWithValues: tables.map { ($0.name, $0) })
    self.order = tables
    self.names = names
  }

  /// Refuses relatives that are not mapped or hold nothing personal, and circles.
  func check() {
    for table in order {
      if let value = table.block.optional("belongs-to"), let parent = table.table.belongsTo { check(value, parent) }
      for value in table.block.optional("lives-with")?.elements("tables") ?? [] { check(value, value.written) }
      checkCircle(from: table)
      checkClockAbove(table)
    }
  }

  private func check(_ value: Value, _ relative: String) {
    value.check(relative, isAmong: names)
    if tables[relative]?.table.category == .impersonal {
      value.refuse("the table is of category none and has no periods; name a table with a clock")
    }
  }

  /// A row that belongs to one which lives with others finds no clock there.
  private func checkClockAbove(_ table: ReadTable) {
    guard table.table.clocks.isEmpty, let parent = table.table.belongsTo, let owner = tables[parent] else { return }
    guard !owner.table.livesWith.isEmpty else { return }
    table.block.optional("belongs-to")?.refuse(
      "lives with others and has no clock for these rows; give this table a clock of its own")
  }

  private func checkCircle(from table: ReadTable) {
    var visited: Set<String> = []
    var next = table.relatives
    while let name = next.popLast() {
      if name == table.name {
        let value = table.block.optional("belongs-to") ?? table.block.optional("lives-with")
        value?.refuse("goes round in a circle back to '\(name)', so no period ever begins; give one of these tables a clock and no parent")
        return
      }
      if visited.insert(name).inserted { next += tables[name]?.relatives ?? [] }
    }
  }
}

extension ReadTable {
  fileprivate var relatives: [String] { (table.belongsTo.map { [$0] } ?? []) + table.livesWith }
}
