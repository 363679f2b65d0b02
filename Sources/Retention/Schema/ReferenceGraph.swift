/// The tables of a schema with every reference between them: declared by the schema or added by the data map.
public struct ReferenceGraph: Hashable, Sendable {
  /// Every reference, once, in a fixed order.
  public let references: [Reference]

  /// The references of a schema and a data map together.
  public init(schema: Schema, map: DataMap) {
    var seen: Set<[String]> = []
    // What the schema declares comes first: the map may say it again, but does not know what the database does.
    let all = (schema.tables.flatMap(\.references) + map.references).filter { seen.insert(Self.place($0)).inserted }
    self.references = all.sorted { Self.place($0).lexicographicallyPrecedes(Self.place($1)) }
  }

  private static func place(_ reference: Reference) -> [String] {
    [reference.table, reference.target] + reference.columns + [""] + reference.targetColumns + [reference.when?.description ?? ""]
  }

  /// The references by which other rows name rows of `table`.
  public func incoming(_ table: String) -> [Reference] {
    references.filter { $0.target == table }
  }

  /// The references from `table` to `target`.
  public func references(from table: String, to target: String) -> [Reference] {
    references.filter { $0.table == table && $0.target == target }
  }

  /// The tables in groups, those that refer before those they refer to. Tables that refer to each other in a circle are
  /// one group; every other is a group of its own (strongly connected components, by Tarjan's algorithm). `owners` are
  /// tables that one must be in a group with beside those.
  public func childrenFirst(_ tables: [String], owners: [String: [String]] = [:]) -> [[String]] {
    let wanted = Set(tables)
    var groups: [[String]] = []
    var numbers: [String: Int] = [:]
    var lowest: [String: Int] = [:]
    var path: [String] = []
    var onPath: Set<String> = []

    func visit(_ table: String) {
      let number = numbers.count
      numbers[table] = number
      lowest[table] = number
      path.append(table)
      onPath.insert(table)
      let owned = owners.keys.filter { owners[$0]?.contains(table) ?? false }.sorted()
      for child in incoming(table).map(\.table) + owned where wanted.contains(child) {
        if numbers[child] == nil {
          visit(child)
          lowest[table] = min(lowest[table] ?? number, lowest[child] ?? number)
        } else if onPath.contains(child) {
          lowest[table] = min(lowest[table] ?? number, numbers[child] ?? number)
        }
      }
      guard lowest[table] == number, let start = path.firstIndex(of: table) else { return }
      groups.append(path[start...].sorted())
      onPath.subtract(path[start...])
      path.removeSubrange(start...)
    }
    for table in tables.sorted() where numbers[table] == nil { visit(table) }
    return groups
  }
}
