import PostgreSQL
public import Retention

extension PostgreSQLStore {
  /// The rows of the steps of one circle that cannot go one by one.
  public func knots(of steps: [Step], begin: (Step) -> Bool) throws(StoreError) -> [Knot] {
    var knots: [Knot] = []
    for (number, step) in steps.enumerated() where begin(step) {
      var renderer = ConditionRenderer(dialect: dialect)
      let sql = try renderer.knotted(step, isInTransaction: database.isInTransaction, asText: "::text")
      var keys = FrozenKeys(width: step.table.key.count)
      let size = Knot.size(step, isInTransaction: database.isInTransaction)
      try speaking { database throws(PostgreSQLError) in
        var rows = try database.stream(sql, renderer.constants.map(PostgreSQL.Value.init))
        while let row = try rows.next() {
          for column in 0..<row.count { keys.append(column: Array(try row.text(column).utf8)) }
          keys.closeKey()
          if keys.count == size {
            knots.append(Knot(step: number, keys: keys))
            keys = FrozenKeys(width: keys.width)
          }
        }
      }
      if keys.count > 0 { knots.append(Knot(step: number, keys: keys)) }
    }
    return knots
  }

  /// Erases the rows of a knot, in one transaction.
  public func carryOut(
    _ steps: [Step], on knot: Knot, reading read: [[String]], capturing parts: [[RowPart]],
    beforeCommit: ([ChangedRows], [[RowContents]]) throws -> Void
  ) throws -> Duration {
    let clock = ContinuousClock()
    var start = clock.now
    do {
      try inTransaction {
        start = clock.now
        // As with stretches: first the locks, then a look that sees who came in between.
        try lock(steps, try goingTogether(steps, knot))
        let going = try goingTogether(steps, knot)
        var captured: [[FrozenKeys.Key: [String?]]] = []
        var contents: [[RowContents]] = []
        for (index, keys) in going.enumerated() {
          captured.append(try capture(parts[index], of: keys, steps[index]))
          contents.append(try read[index].isEmpty ? [] : self.contents(of: read[index], in: keys, of: steps[index].table))
        }
        for (step, keys) in zip(steps, going) { try empty(step, keys) }
        let before = try changesSoFar(by: steps)
        let gone = try erase(steps, going)
        try note(gone.reduce(0) { $0 + $1.count }, of: steps, since: before)
        try beforeCommit(
          gone.indices.map { ChangedRows(keys: gone[$0], capturedBefore: captured[$0]) },
          zip(contents, gone).map { $0.among(names(of: $1)) })
      }
    } catch let error as PostgreSQLError {
      throw StoreError.postgreSQL(error)
    }
    return clock.now - start
  }

  /// The keys of the rows that go together, by step.
  private func goingTogether(_ steps: [Step], _ knot: Knot) throws(StoreError) -> [FrozenKeys] {
    switch knot.rows {
    case .named(let step, let keys): try namedTogether(steps, keys, of: step)
    case .listed(let listed): try FreeRows(steps, listed).find(in: self)
    }
  }

  private func namedTogether(_ steps: [Step], _ seeds: FrozenKeys, of step: Int) throws(StoreError) -> [FrozenKeys] {
    let table = steps[step].table
    var names: [String] = []
    for (index, column) in table.key.enumerated() { names.append("k.k\(index)::\(try type(of: column, in: table))") }
    let rows = "SELECT \(names.joined(separator: ", ")) FROM \(Self.list(width: table.key.count, from: 1))"
    let sql = try KnotSQL(steps, from: step, seeds: rows, parameters: table.key.count, dialect)
    let (query, constants) = try sql.selection(asText: "::text")
    let values = seeds.arrays + constants.dropFirst(table.key.count).map(PostgreSQL.Value.init)
    return try speaking { database throws(PostgreSQLError) in
      try Self.keys(try database.fetch(query, values), steps) { sql.columns(of: $0) }
    }
  }

  /// The keys in rows that begin with the number of their step.
  private static func keys(
    _ rows: borrowing QueryResult, _ steps: [Step], _ columns: (Int) -> Range<Int>
  ) throws(PostgreSQLError) -> [FrozenKeys] {
    var keys = steps.map { FrozenKeys(width: $0.table.key.count) }
    for index in 0..<rows.count {
      let row = rows[index]
      guard let step = Int(try row.text(0)) else { continue }
      for column in columns(step) { keys[step].append(column: Array(try row.text(column).utf8)) }
      keys[step].closeKey()
    }
    return keys
  }

  private func type(of column: String, in table: TableDecision) throws(StoreError) -> String {
    guard let type = table.table.column(column)?.type else { throw .missing(table: table.table.name, column: column) }
    return type
  }

  /// The keys in arrays, one for each column, as rows called `k`.
  static func list(width: Int, from first: Int) -> String {
    let arrays = (0..<width).map { "$\(first + $0)::text[]" }.joined(separator: ", ")
    return "unnest(\(arrays)) AS k(\((0..<width).map { "k\($0)" }.joined(separator: ", ")))"
  }

  /// The condition that the row called `t0` is the one called `k`.
  func isListed(_ table: TableDecision) throws(StoreError) -> String {
    var links: [String] = []
    for (index, column) in table.key.enumerated() {
      links.append("t0.\(try dialect.quoted(column)) = k.k\(index)::\(try type(of: column, in: table))")
    }
    return links.joined(separator: " AND ")
  }

  private func lock(_ steps: [Step], _ going: [FrozenKeys]) throws(StoreError) {
    var (queries, values): ([String], [PostgreSQL.Value]) = ([], [])
    for (step, keys) in zip(steps, going) where keys.count > 0 {
      let list = Self.list(width: keys.width, from: values.count + 1)
      let rows = "SELECT 1 FROM \(try dialect.name(of: step.table.table.name)) AS t0 JOIN \(list)"
      queries.append("SELECT count(*) FROM (\(rows) ON \(try isListed(step.table)) FOR UPDATE OF t0) AS locked")
      values += keys.arrays
    }
    if queries.isEmpty { return }
    try speaking { database throws(PostgreSQLError) in _ = try database.run(queries.joined(separator: " UNION ALL "), values) }
  }

  /// Parts of the rows, by their keys.
  private func capture(
    _ parts: [RowPart], of keys: FrozenKeys, _ step: Step
  ) throws(StoreError) -> [FrozenKeys.Key: [String?]] {
    guard !parts.isEmpty, keys.count > 0 else { return [:] }
    let texts = try texts(of: step.table.key.map(RowPart.column) + parts, in: step.table)
    let sql = """
      SELECT \(texts.joined(separator: ", ")) FROM \(try dialect.name(of: step.table.table.name)) AS t0 \
      JOIN \(Self.list(width: keys.width, from: 1)) ON \(try isListed(step.table))
      """
    return try speaking { database throws(PostgreSQLError) in
      let rows = try database.fetch(sql, keys.arrays)
      var captured: [FrozenKeys.Key: [String?]] = [:]
      for index in 0..<rows.count {
        var values: [String?] = []
        for column in 0..<rows[index].count { values.append(try rows[index].optionalText(column)) }
        captured[values.prefix(keys.width).map { Array(($0 ?? "").utf8) }] = Array(values.dropFirst(keys.width))
      }
      return captured
    }
  }

  private func empty(_ step: Step, _ keys: FrozenKeys) throws(StoreError) {
    guard keys.count > 0, let update = try ConditionRenderer(dialect: dialect).emptying(step, before: .restrict) else { return }
    let sql = "\(update) FROM \(Self.list(width: keys.width, from: 1)) WHERE \(try isListed(step.table))"
    try speaking { database throws(PostgreSQLError) in _ = try database.run(sql, keys.arrays) }
  }

  /// Erases the rows in one statement: foreign keys are looked at when it ends, whether they can be deferred or not
  /// (https://www.postgresql.org/docs/15/sql-createtable.html, "NO ACTION").
  private func erase(_ steps: [Step], _ going: [FrozenKeys]) throws(StoreError) -> [FrozenKeys] {
    var values: [PostgreSQL.Value] = []
    var deletes: [String] = []
    var queries: [String] = []
    let width = going.map(\.width).max() ?? 0
    for (number, (step, keys)) in zip(steps, going).enumerated() where keys.count > 0 {
      let list = Self.list(width: keys.width, from: values.count + 1)
      let key = try ConditionRenderer(dialect: dialect).key(of: step.table).enumerated().map { "t0.\($1)::text AS k\($0)" }
      deletes.append(
        "d\(number) AS (DELETE FROM \(try dialect.name(of: step.table.table.name)) AS t0 USING \(list) WHERE \(try isListed(step.table)) "
          + "RETURNING \(key.joined(separator: ", ")))")
      let row = (0..<width).map { $0 < keys.width ? "k\($0)" : "NULL::text" }
      queries.append("SELECT \(([String(number)] + row).joined(separator: ", ")) FROM d\(number)")
      values += keys.arrays
    }
    guard !deletes.isEmpty else { return going }
    let sql = "WITH \(deletes.joined(separator: ", ")) \(queries.joined(separator: " UNION ALL "))"
    return try speaking { database throws(PostgreSQLError) in
      try Self.keys(try database.fetch(sql, values), steps) { 1..<1 + steps[$0].table.key.count }
    }
  }
}

extension FrozenKeys {
  /// The key columns as arrays of text, one for each.
  var arrays: [PostgreSQL.Value] {
    var columns = Array(repeating: [String?](), count: width)
    forEach(number: { Array(String($0).utf8)[...] }) { key in
      for (index, bytes) in key.enumerated() { columns[index].append(String(decoding: bytes, as: UTF8.self)) }
    }
    return columns.map(PostgreSQL.Value.textArray)
  }
}

extension FrozenKeys {
  /// The columns of one key.
  fileprivate typealias Key = [[UInt8]]
}

extension ChangedRows {
  /// Rows that changed, with what had been captured of them before.
  fileprivate init(keys: FrozenKeys, capturedBefore: [FrozenKeys.Key: [String?]]) {
    self.init(keys: keys)
    guard !capturedBefore.isEmpty else { return }
    keys.forEach(number: { Array(String($0).utf8)[...] }) { key in captured.append(capturedBefore[key.map { Array($0) }] ?? []) }
  }
}
