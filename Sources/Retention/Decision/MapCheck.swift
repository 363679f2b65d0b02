/// Something in the database that the data map does not speak about.
public struct Gap: Hashable, Sendable {
  /// The table.
  public let table: String
  /// The column; nil when the whole table is uncovered.
  public let column: String?
}

/// The comparison of a data map with the schema it describes.
struct MapCheck {
  let map: DataMap
  let schema: Schema
  /// The column that marks a tenant's rows in shared tables.
  let tenantColumn: String?

  /// Refuses a map that speaks about tables or columns that do not exist.
  func requireExistence() throws(DecisionError) {
    for (name, mapped) in map.tables.sorted(by: { $0.key < $1.key }) {
      guard let table = schema.table(name) else { throw .missingTable(name) }
      for column in named(by: mapped).sorted() { try require(column, in: table) }
      for other in mapped.livesWith + [mapped.belongsTo].compactMap(\.self) where schema.table(other) == nil {
        throw .missingTable(other)
      }
    }
    for reference in map.references {
      for (name, columns) in [(reference.table, reference.ownColumns), (reference.target, Set(reference.targetColumns))] {
        guard let table = schema.table(name) else { throw .missingTable(name) }
        for column in columns.sorted() { try require(column, in: table) }
      }
    }
    if let subject = map.subject {
      guard let table = schema.table(subject.table) else { throw .missingTable(subject.table) }
      for column in [subject.key] + subject.identifiers.values.sorted() { try require(column, in: table) }
    }
  }

  private func require(_ column: String, in table: Table) throws(DecisionError) {
    guard table.column(column) != nil else { throw .missingColumn(table: table.name, column: column) }
  }

  private func named(by mapped: MappedTable) -> Set<String> {
    var names = Set(mapped.columns.keys).union(mapped.clocks.values.map(\.column))
    names.formUnion(mapped.variants.flatMap(\.rows.columns))
    names.formUnion(mapped.key ?? [])
    names.formUnion(mapped.reduction?.kept ?? [])
    names.formUnion(mapped.reduction?.blanks.keys.map { $0 } ?? [])
    names.formUnion(mapped.mark.keys)
    names.formUnion(mapped.files.map(\.path))
    return names
  }

  /// What nobody classified. A map that lists a table's columns must mention each of them; one that does not lets the
  /// table's category speak for all.
  func gaps() -> [Gap] {
    schema.tables.flatMap { table -> [Gap] in
      guard let mapped = map.tables[table.name] else {
        return table.kind == .view ? [] : [Gap(table: table.name, column: nil)]
      }
      guard !mapped.columns.isEmpty else { return [] }
      let mentioned = named(by: mapped).union(structural(table))
      return table.columns.filter { !mentioned.contains($0.name) }.map { Gap(table: table.name, column: $0.name) }
    }
  }

  /// Columns that identify rows, tie them to others or are how a person is known.
  private func structural(_ table: Table) -> Set<String> {
    var names = Set(table.primaryKey).union([tenantColumn].compactMap(\.self))
    for reference in ReferenceGraph(schema: schema, map: map).references {
      if reference.table == table.name { names.formUnion(reference.ownColumns) }
      if reference.target == table.name { names.formUnion(reference.targetColumns) }
    }
    if let subject = map.subject, subject.table == table.name {
      names.formUnion([subject.key] + subject.identifiers.values)
    }
    return names
  }
}
