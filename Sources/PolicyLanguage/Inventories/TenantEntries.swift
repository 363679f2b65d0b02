import Retention
import Yams

/// An entry of the inventory that stands for many tenants is read as if one entry for each of them had been written: so
/// what is wrong with one of them is found by the same rules, and told at the entry's place.
extension Value {
  /// The entries that this one stands for: itself, unless it names a pattern or a query.
  func tenants(from sources: TenantSources, resolve: @escaping (String) -> String) -> [Value] {
    guard case .mapping(let mapping) = node else { return [self] }
    let given = TenantEntry(mapping: mapping, complaints: complaints)
    switch (given.value("pattern"), given.value("query")) {
    case (nil, nil): return [self]
    case (let pattern?, nil): return given.tenants(matching: pattern, sources, resolve)
    case (nil, let query?): return given.tenants(answering: query, sources, resolve)
    case (_?, let query?): return query.refused("an entry takes its tenants from a pattern or from a query; make two entries") ?? []
    }
  }
}

/// An entry with what it gives for each of its tenants.
private struct TenantEntry {
  let mapping: Node.Mapping
  let complaints: Complaints

  func value(_ key: String) -> Value? { mapping[key].map { Value(node: $0, complaints: complaints) } }

  /// One tenant for each file.
  func tenants(matching value: Value, _ sources: TenantSources, _ resolve: (String) -> String) -> [Value] {
    for key in ["id", "store", "schema"] {
      if let given = self.value(key) { given.refuse("the pattern gives each tenant its name and its file; leave '\(key)' out") }
    }
    let what = "a path with one '*', which stands for the tenant's name, as /srv/tenants/*.db"
    guard let pattern = value.converted(what, TenantPattern.init) else { return [] }
    do {
      guard let matches = try pattern.matches({ try sources.names(resolve($0)) }) else {
        return value.refused("there is no such folder; correct the path, or leave the entry out until there are tenants") ?? []
      }
      if matches.isEmpty { value.refuse("no file fits; correct the pattern, or leave the entry out until there are tenants") }
      return matches.map { match in
        tenant(match.id, without: ["pattern"], with: [("store", value.scalar("sqlite:\(match.path)"))], at: value)
      }
    } catch {
      return value.refused("cannot be looked into: \(error)") ?? []
    }
  }

  /// One tenant for each row.
  func tenants(answering value: Value, _ sources: TenantSources, _ resolve: (String) -> String) -> [Value] {
    guard let block = Block(value, "a query", keys: ["database", "sql"]) else { return [] }
    let database = block.required("database", "write sqlite:PATH or postgres:URL")?.database(resolve: resolve)
    let sql = block.required("sql", "write a SELECT that gives one row for each tenant")
    guard let database, let sql, let text = sql.text("a SELECT that gives one row for each tenant") else { return [] }
    let answer: TenantRows
    do {
      answer = try sources.rows(text, database)
    } catch {
      complaints.refuse("", at: sql.place, "the query cannot be answered: \(error)")
      return []
    }
    guard hasFittingColumns(answer.columns, sql) else { return [] }
    if answer.rows.isEmpty { complaints.refuse("", at: sql.place, "the query gives no tenants; correct it, or leave the entry out") }
    return answer.rows.enumerated().compactMap { index, row in
      tenant(Dictionary(zip(answer.columns, row)) { first, _ in first }, number: index + 1, at: sql)
    }
  }

  /// What a row may say of its tenant, by the names of its columns.
  private static let columns = [
    "id", "store", "schema", "tenant_value", "controller", "kvk", "agreement", "map", "started", "ended", "fiscal_year_starts",
  ]
  /// The columns in which NULL means that there is nothing to say.
  private static let mayBeMissing: Set<String> = ["kvk", "ended", "fiscal_year_starts"]

  /// Complains at the query about columns that mean nothing, stand twice, or say what the entry says already.
  private func hasFittingColumns(_ columns: [String], _ sql: Value) -> Bool {
    var isFine = true
    func refuse(_ column: String, _ what: String) {
      complaints.refuse(column, at: sql.place, what)
      isFine = false
    }
    for (index, column) in columns.enumerated() {
      if columns[..<index].contains(column) {
        refuse(column, "the query gives the column twice; name each once")
      } else if !Self.columns.contains(column) {
        let hint = Spelling.hint(for: column, among: Self.columns)
        refuse(column, "the query gives a column that means nothing here\(hint); expected some of: \(Self.columns.joined(separator: ", "))")
      }
    }
    let keys = [
      "id": "id", "store": "store", "schema": "schema", "controller": "controller", "agreement": "agreement", "map": "map",
      "started": "contract", "fiscal_year_starts": "fiscal-year-starts",
    ]
    for (column, key) in keys.sorted(by: { $0.key < $1.key }) where columns.contains(column) && mapping[key] != nil {
      refuse(column, "the query gives what the entry's '\(key)' says; leave one of them out")
    }
    for (column, with) in [("kvk", "controller"), ("ended", "started")] where columns.contains(column) && !columns.contains(with) {
      refuse(column, "the query gives no column '\(with)' to go with it")
    }
    if !columns.contains("id") { refuse("", "the query gives no column 'id', by which commands refer to a tenant") }
    if columns.contains("tenant_value"), mapping["tenant-column"] == nil {
      refuse("tenant_value", "the entry does not say in which column the value stands; add tenant-column: {column: NAME}")
    }
    return isFine
  }

  private func tenant(_ row: [String: PredicateValue], number: Int, at sql: Value) -> Value? {
    for (column, value) in row.sorted(by: { $0.key < $1.key }) where value == .null && !Self.mayBeMissing.contains(column) {
      complaints.refuse(column, at: sql.place, "row \(number) of the query has NULL there; every tenant needs a value")
      return nil
    }
    func scalar(_ column: String) -> Node? {
      row[column].flatMap { value in value == .null ? nil : sql.scalar(value.written) }
    }
    func block(_ columns: [(String, String)]) -> Node {
      sql.mapping(columns.compactMap { key, column in scalar(column).map { (key, $0) } })
    }
    var given: [(String, Node)] = ["store", "schema", "agreement", "map"].compactMap { key in scalar(key).map { (key, $0) } }
    if let start = scalar("fiscal_year_starts") { given.append(("fiscal-year-starts", start)) }
    if row["controller"] != nil { given.append(("controller", block([("name", "controller"), ("kvk", "kvk")]))) }
    if row["started"] != nil { given.append(("contract", block([("started", "started"), ("ended", "ended")]))) }
    var dropped: Set<String> = ["query"]
    if let value = row["tenant_value"], case .mapping(let marks)? = mapping["tenant-column"] {
      var pairs = marks.map { ($0.key, $0.value) }
      pairs.append((sql.scalar("value"), sql.scalar(value)))
      given.append(("tenant-column", .mapping(Node.Mapping(pairs, .implicit, .any, marks.mark))))
      dropped.insert("tenant-column")
    }
    return tenant(row["id"]?.written ?? "", without: dropped, with: given, at: sql)
  }

  /// The entry as it would be written for one tenant: `{id}` in it stands for the tenant's name.
  private func tenant(_ id: String, without: Set<String>, with given: [(String, Node)], at place: Value) -> Value {
    var pairs: [(Node, Node)] = [(place.scalar("id"), place.scalar(id))]
    for (key, node) in mapping where !without.contains(key.string ?? "") {
      let mayName = ["store", "schema", "tenant-column", "file-roots"].contains(key.string ?? "")
      pairs.append((key, mayName ? node.naming(id) : node))
    }
    pairs += given.map { (place.scalar($0.0), $0.1) }
    return Value(node: .mapping(Node.Mapping(pairs, .implicit, .any, mapping.mark)), complaints: complaints)
  }
}

extension Value {
  /// A text as if it stood, in quotes, in this one's place.
  fileprivate func scalar(_ text: String) -> Node { .scalar(Node.Scalar(text, .implicit, .doubleQuoted, node.mark)) }

  /// A constant as if it stood in this one's place.
  fileprivate func scalar(_ value: PredicateValue) -> Node {
    if case .text(let text) = value { return scalar(text) }
    return .scalar(Node.Scalar(value.written, .implicit, .plain, node.mark))
  }

  /// A mapping as if it stood in this one's place.
  fileprivate func mapping(_ pairs: [(String, Node)]) -> Node {
    .mapping(Node.Mapping(pairs.map { (scalar($0.0), $0.1) }, .implicit, .any, node.mark))
  }
}

extension Node {
  /// The node with a tenant's name in the place of `{id}`.
  fileprivate func naming(_ id: String) -> Node {
    switch self {
    case .scalar(let scalar):
      let parts = scalar.string.split(separator: "{id}", omittingEmptySubsequences: false)
      return parts.count == 1 ? self : .scalar(Node.Scalar(parts.joined(separator: id), .implicit, .doubleQuoted, scalar.mark))
    case .mapping(let mapping):
      return .mapping(Node.Mapping(mapping.map { ($0.key, $0.value.naming(id)) }, .implicit, .any, mapping.mark))
    case .sequence, .alias: return self
    }
  }
}

extension PredicateValue {
  /// The value as it would be written.
  fileprivate var written: String {
    switch self {
    case .null: "null"
    case .boolean(let value): String(value)
    case .integer(let number): String(number)
    case .text(let text): text
    }
  }
}
