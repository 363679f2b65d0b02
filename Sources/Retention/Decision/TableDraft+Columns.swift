extension TableDraft {
  /// What goes when a row is reduced: every column but those the map keeps and those that tie the row to others,
  /// to its tenant, to its kind and to its clock. A reduced row is restricted too, so it is marked at once.
  func reducedColumns(marking restriction: ColumnValues?) throws(DecisionError) -> ColumnValues? {
    guard let mapped, let reduction = mapped.reduction else { return nil }
    let staying = structuralColumns.union(reduction.kept).union(mapped.clocks.values.map(\.column)).union(
      mapped.variants.flatMap(\.rows.columns))
    var values = restriction?.values ?? [:]
    for column in table.columns where !staying.contains(column.name) && !column.isGenerated && values[column.name] == nil {
      if let blank = reduction.blanks[column.name] {
        values[column.name] = blank
      } else {
        guard column.isNullable else { throw .cannotBlank(table: table.name, column: column.name) }
        values[column.name] = .null
      }
    }
    return values.isEmpty ? nil : ColumnValues(values: values)
  }

  /// What is set when a row is restricted; nil when the map names no mark.
  func markedColumns() throws(DecisionError) -> ColumnValues? {
    guard let mark = mapped?.mark, !mark.isEmpty else { return nil }
    for column in mark.keys.sorted() {
      guard !structuralColumns.contains(column), table.column(column)?.isGenerated == false else {
        throw .cannotMark(table: table.name, column: column)
      }
    }
    return ColumnValues(values: mark)
  }

  /// The columns that name a row, tie it to others, and to its tenant.
  private var structuralColumns: Set<String> {
    var columns = Set(key)
    if let tenantColumn = application.policy.tenant.store.tenantColumn { columns.insert(tenantColumn.column) }
    for reference in application.graph.references {
      if reference.table == table.name { columns.formUnion(reference.ownColumns) }
      if reference.target == table.name { columns.formUnion(reference.targetColumns) }
    }
    return columns
  }
}
