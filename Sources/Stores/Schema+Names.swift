import Retention

extension Schema {
  /// The schema, when each of its names can be said and means one thing. Names are texts here, and databases compare them by bytes.
  func withPlainNames() throws(StoreError) -> Schema {
    var seen: Set<String> = []
    for table in tables {
      guard !table.name.isEmpty, !table.columns.contains(where: { $0.name.isEmpty }) else { throw .noName(table: table.name) }
      guard seen.insert(table.name).inserted else { throw .sameName(table: table.name, column: nil) }
      var columns: Set<String> = []
      for column in table.columns where !columns.insert(column.name).inserted { throw .sameName(table: table.name, column: column.name) }
    }
    return self
  }
}
