/// The tables of a schema with every reference between them: declared by the schema or added by the data map.
public struct ReferenceGraph: Hashable, Sendable {
  /// Every reference, once, in a fixed order.
  public let references: [Reference]

  /// The references of a schema and a data map together.
  public init(schema: Schema, map: DataMap) {
    let added = map.references.map {
      Reference(table: $0.table, columns: $0.columns, target: $0.target, targetColumns: $0.targetColumns)
    }
    let all = Set(schema.tables.flatMap(\.references) + added)
    self.references = all.sorted { Self.place($0).lexicographicallyPrecedes(Self.place($1)) }
  }

  private static func place(_ reference: Reference) -> [String] {
    [reference.table, reference.target] + reference.columns + [""] + reference.targetColumns
  }

  /// The references by which other rows name rows of `table`.
  public func incoming(_ table: String) -> [Reference] {
    references.filter { $0.target == table }
  }

  /// The references from `table` to `target`.
  public func references(from table: String, to target: String) -> [Reference] {
    references.filter { $0.table == table && $0.target == target }
  }

  /// The tables in an order in which referring tables come before those they refer to.
  ///
  /// Self-references do not count. Throws the tables of a cycle, in its order, when there is no such order.
  public func childrenFirst(_ tables: [String]) throws(ReferenceCycle) -> [String] {
    let wanted = Set(tables)
    var order: [String] = []
    var placed: Set<String> = []
    var path: [String] = []

    func place(_ table: String) throws(ReferenceCycle) {
      if placed.contains(table) { return }
      if let start = path.firstIndex(of: table) { throw ReferenceCycle(tables: Array(path[start...])) }
      path.append(table)
      for reference in incoming(table) where !reference.isToItself && wanted.contains(reference.table) {
        try place(reference.table)
      }
      path.removeLast()
      placed.insert(table)
      order.append(table)
    }
    for table in tables.sorted() { try place(table) }
    return order
  }
}

/// Tables that refer to each other in a circle, so that none can go before the others.
public struct ReferenceCycle: Error, Hashable, Sendable {
  /// The tables, each referred to by the next.
  public let tables: [String]
}
