import Retention
import Stores

/// Makes `datapackage.json` of the tables that were written.
struct DescriptorBuilder {
  let request: ExportRequest
  let tables: [WrittenTable]
  /// The list of files that rows name, when there is one.
  let index: DataPackage.Resource?
  let graph: ReferenceGraph
  let orphans: [Reference: Int]
  let name: String

  var package: DataPackage {
    DataPackage(
      name: name.lowercased(), title: "\(request.policy.tenant.controller.name): \(request.policy.tenant.id)",
      created: "\(request.day)T00:00:00Z", resources: tables.map(resource) + [index].compactMap(\.self))
  }

  private func resource(_ table: WrittenTable) -> DataPackage.Resource {
    DataPackage.Resource(
      name: Self.resourceName(table), title: table.table.name, description: nil, path: table.path, bytes: table.file.size,
      hash: "sha256:\(table.file.sha256)", schema: schema(of: table), rowCount: table.rows, sourceTable: table.table.name,
      sourceMultisetHash: WrittenTable.hex(table.sourceHash), exportedMultisetHash: table.hash, typesPath: table.typesPath,
      personalData: table.table.map?.category.name, nature: table.table.map?.nature.rawValue)
  }

  /// The names that a data package allows have no capitals.
  private static func resourceName(_ table: WrittenTable) -> String { table.table.fileName.lowercased() }

  private func schema(of table: WrittenTable) -> DataPackage.Schema {
    let columns = Set(table.layout.columns.map(\.name))
    // SQLite lets a key be NULL, and rows refer to rows that do not exist: what does not hold is not declared.
    let nullable = Set(zip(table.layout.columns, table.seen).filter { $0.1.contains(.null) }.map(\.0.name))
    let key = table.layout.key
    let unique = table.table.part.table.uniqueKeys.filter { columns.isSuperset(of: $0) && nullable.isDisjoint(with: $0) }
    let foreign = graph.references.filter { $0.table == table.table.name }.compactMap { foreignKey($0, columns) }
    let whole = foreign.filter { $0.fields.count == 1 || nullable.isDisjoint(with: $0.fields) }
    let partial = foreign.filter { $0.fields.count > 1 && !nullable.isDisjoint(with: $0.fields) }
    return DataPackage.Schema(
      fields: zip(zip(table.layout.columns, table.types), table.seen).map { field($0.0, $0.1, $1, of: table) },
      missingValues: [table.table.nullMarker], primaryKey: key.isEmpty || !nullable.isDisjoint(with: key) ? nil : key,
      uniqueKeys: unique.isEmpty ? nil : unique, foreignKeys: whole.isEmpty ? nil : whole,
      partialForeignKeys: partial.isEmpty ? nil : partial)
  }

  private func foreignKey(_ reference: Reference, _ columns: Set<String>) -> DataPackage.ForeignKey? {
    guard reference.when == nil, orphans[reference] == nil, columns.isSuperset(of: reference.columns),
      let target = tables.first(where: { $0.table.name == reference.target }),
      Set(target.layout.columns.map(\.name)).isSuperset(of: reference.targetColumns),
      // Of a part of the data, only rows that were referred to went in, and not every reference was followed.
      request.extent == .tenant
    else { return nil }
    return DataPackage.ForeignKey(
      fields: reference.columns,
      reference: .init(resource: reference.isToItself ? nil : Self.resourceName(target), fields: reference.targetColumns))
  }

  private func field(_ column: CopyColumn, _ type: ColumnType, _ seen: Seen, of table: WrittenTable) -> DataPackage.Field {
    let mapped = table.table.map?.columns[column.name]
    let isRequired = !seen.contains(.null) && !column.isNullable
    let constraints = DataPackage.Constraints(required: isRequired ? true : nil, enum: column.labels)
    return DataPackage.Field(
      name: column.name, type: type.type, format: type.format, description: mapped?.description,
      constraints: isRequired || column.labels != nil ? constraints : nil, sourceType: column.sourceType,
      generated: column.isGenerated ? true : nil, form: column.form.word,
      personalData: (mapped?.category ?? table.table.map?.category)?.name,
      nature: (mapped?.nature ?? table.table.map?.nature)?.rawValue)
  }
}
