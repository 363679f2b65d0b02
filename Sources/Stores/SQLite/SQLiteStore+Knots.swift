public import Retention
import SQLite

extension SQLiteStore {
  /// The rows of the steps of one circle that cannot go one by one.
  public func knots(of steps: [Step], begin: (Step) -> Bool) throws(StoreError) -> [Knot] {
    var knots: [Knot] = []
    for (number, step) in steps.enumerated() where begin(step) {
      var renderer = ConditionRenderer(dialect: dialect)
      let sql = try renderer.knotted(step, isInTransaction: database.isInTransaction, asText: "")
      let constants = renderer.constants.map(SQLite.Value.init)
      var keys = FrozenKeys(width: step.table.key.count)
      let size = Knot.size(step, isInTransaction: database.isInTransaction)
      try speaking { database throws(SQLiteError) in
        var statement = try database.prepare(sql, constants)
        while let row = try statement.next() {
          for column in 0..<row.count { keys.append(row.value(column)) }
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
      try inTransaction(.immediate) {
        start = clock.now
        var going: [ChangedRows] = []
        var contents: [[RowContents]] = []
        for (index, keys) in try goingTogether(steps, knot).enumerated() {
          going.append(try capture(parts[index], of: keys, steps[index]))
          contents.append(try read[index].isEmpty ? [] : self.contents(of: read[index], in: keys, of: steps[index].table))
        }
        let before = database.totalChanges
        // The rows name each other, so none can go first: the database looks when all are gone.
        try database.execute("PRAGMA defer_foreign_keys = ON")
        for (step, rows) in zip(steps, going) { try empty(step, rows.keys) }
        let emptied = database.totalChanges - before
        for (step, rows) in zip(steps, going) { try erase(step, rows.keys) }
        var gone: [ChangedRows] = []
        for (step, rows) in zip(steps, going) { gone.append(try changed(rows, by: step)) }
        // What keys set to NULL or default goes itself, and a full-text table counts what it does with its words.
        if steps.allSatisfy({ !$0.setsReferences && $0.table.table.kind == .table }) {
          try note(database.totalChanges - before - emptied - gone.reduce(0) { $0 + $1.keys.count }, besides: steps)
        }
        try beforeCommit(gone, try zip(contents, gone).map { try $0.among(names(of: $1.keys)) })
      }
    } catch let error as SQLiteError {
      throw StoreError.sqlite(error)
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
    let width = seeds.width
    let rows = (0..<seeds.count).map { row in
      "(" + (1...width).map { SQLiteDialect.placeholder(row * width + $0) }.joined(separator: ", ") + ")"
    }
    let sql = try KnotSQL(
      steps, from: step, seeds: "VALUES \(rows.joined(separator: ", "))", parameters: seeds.count * width, dialect)
    let (query, constants) = try sql.selection(asText: "")
    var values: [SQLite.Value] = []
    try speaking { _ throws(SQLiteError) in try seeds.forEachKey { key throws(SQLiteError) in values += key } }
    values += constants.dropFirst(values.count).map(SQLite.Value.init)
    var going = steps.map { FrozenKeys(width: $0.table.key.count) }
    try speaking { database throws(SQLiteError) in
      var statement = try database.prepare(query, values)
      while let row = try statement.next() {
        let step = Int(try row.integer(0))
        for column in sql.columns(of: step) { going[step].append(row.value(column)) }
        going[step].closeKey()
      }
    }
    return going
  }

  private func key(of step: Step) throws(StoreError) -> String { try isNamed(step.table) }

  private func empty(_ step: Step, _ keys: FrozenKeys) throws(StoreError) {
    // A cascade through a long chain would nest more triggers than SQLite allows (https://www.sqlite.org/limits.html, 10).
    guard let sql = try ConditionRenderer(dialect: dialect).emptying(step, before: .restrict, .cascade) else { return }
    try run("\(sql) WHERE \(try key(of: step))", for: keys)
  }

  private func erase(_ step: Step, _ keys: FrozenKeys) throws(StoreError) {
    // What a key `ON DELETE CASCADE` takes along belongs to the knot, so a row may be gone before its turn.
    try run("DELETE FROM \(try dialect.name(of: step.table.table.name)) AS t0 WHERE \(try key(of: step))", for: keys)
  }

  private func run(_ sql: String, for keys: FrozenKeys) throws(StoreError) {
    try speaking { database throws(SQLiteError) in
      var statement = try database.prepare(sql)
      try keys.forEachKey { key throws(SQLiteError) in try statement.run(key) }
    }
  }

  /// The rows with parts of them.
  func capture(_ parts: [RowPart], of keys: FrozenKeys, _ step: Step) throws(StoreError) -> ChangedRows {
    var rows = ChangedRows(keys: keys)
    if parts.isEmpty { return rows }
    let list = try texts(of: parts, in: step.table, row: "t0.").joined(separator: ", ")
    let sql = "SELECT \(list) FROM \(try dialect.name(of: step.table.table.name)) AS t0 WHERE \(try key(of: step))"
    rows.captured = try speaking { database throws(SQLiteError) in
      var captured: [[String?]] = []
      var statement = try database.prepare(sql)
      try keys.forEachKey { key throws(SQLiteError) in
        try statement.bind(key)
        var values: [String?] = []
        if let row = try statement.next() { for column in parts.indices { values.append(try row.optionalText(column)) } }
        captured.append(values)
      }
      return captured
    }
    return rows
  }

  /// The rows that were changed: a trigger can have kept some.
  func changed(_ rows: ChangedRows, by step: Step) throws(StoreError) -> ChangedRows {
    var renderer = ConditionRenderer(dialect: dialect, after: rows.keys.width)
    let condition = try renderer.untouched(step.table, after: step.action).map { " AND \($0)" } ?? ""
    let sql = "SELECT 1 FROM \(try dialect.name(of: step.table.table.name)) AS t0 WHERE \(try key(of: step))\(condition)"
    let constants = renderer.constants.dropFirst(rows.keys.width).map(SQLite.Value.init)
    var changed = ChangedRows(width: rows.keys.width)
    try speaking { database throws(SQLiteError) in
      var statement = try database.prepare(sql)
      var position = 0
      try rows.keys.forEachKey { key throws(SQLiteError) in
        defer { position += 1 }
        try statement.bind(key + constants)
        guard try statement.next() == nil else { return }
        key.forEach { changed.keys.append($0) }
        changed.keys.closeKey()
        if !rows.captured.isEmpty { changed.captured.append(rows.captured[position]) }
      }
    }
    return changed
  }
}

extension Step {
  /// Whether the database changes rows of the circle before they go.
  fileprivate var setsReferences: Bool {
    circle?.references.contains { $0.onDelete == .setNull || $0.onDelete == .setDefault } ?? false
  }
}
