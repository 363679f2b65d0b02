public import Retention
import SQLite

extension SQLiteStore {
  /// Runs several changes as one transaction.
  public func together(_ body: () throws -> Void) throws {
    do { try database.transaction(.immediate, body) } catch let error as SQLiteError { throw StoreError.sqlite(error) }
  }

  /// Runs `body` in the transaction that is open, or else in one of its own.
  func inTransaction<Result>(_ kind: TransactionKind, _ body: () throws -> Result) throws -> Result {
    database.isInTransaction ? try body() : try database.transaction(kind, body)
  }

  /// Erases, reduces or marks the step's rows in some stretches, in one transaction.
  public func carryOut(
    _ step: Step, on stretches: ArraySlice<Stretch>, capturing parts: [RowPart], beforeCommit: (ChangedRows) throws -> Void
  ) throws -> Duration {
    let namesRows = try parts.isEmpty && namesRowsByNumber(step)
    let clock = ContinuousClock()
    var start = clock.now
    do {
      try inTransaction(.immediate) {
        start = clock.now
        guard step.table.table.kind != .fullText else {
          return try beforeCommit(changeFullText(step, on: stretches, capturing: parts))
        }
        let before = database.totalChanges
        let rows = try namesRows ? ChangedRows(keys: eraseByNumber(step, on: stretches)) : change(step, on: stretches, capturing: parts)
        try note(database.totalChanges - before - rows.keys.count, besides: [step])
        try beforeCommit(rows)
      }
    } catch let error as SQLiteError {
      throw StoreError.sqlite(error)
    }
    return clock.now - start
  }

  /// Remembers how many rows were changed along. Triggers may do that; foreign keys must not, because no row that one of
  /// them leads to is left when a row goes.
  func note(_ others: Int, besides steps: [Step]) throws(StoreError) {
    guard others > 0 else { return }
    guard let table = steps.map(\.table.table).first(where: { !$0.triggers.isEmpty }) else {
      throw .unforeseenRows(table: steps[0].table.table.name, rows: others)
    }
    changedByTriggers[table.name, default: 0] += others
  }

  /// Changes the rows by a statement that gives back their keys.
  private func change(
    _ step: Step, on stretches: ArraySlice<Stretch>, capturing parts: [RowPart]
  ) throws(StoreError) -> ChangedRows {
    var changed = ChangedRows(width: step.table.key.count)
    for part in stretches.parts(of: step) {
      let rows = try change(step, onPart: part, capturing: parts)
      changed.keys.append(rows.keys)
      changed.captured += rows.captured
    }
    return changed
  }

  private func change(
    _ step: Step, onPart stretches: ArraySlice<Stretch>, capturing parts: [RowPart]
  ) throws(StoreError) -> ChangedRows {
    var (sql, values) = try change(step, onPart: stretches)
    let given = try ConditionRenderer(dialect: dialect).key(of: step.table) + texts(of: parts, in: step.table, row: "")
    sql += " RETURNING \(given.joined(separator: ", "))"
    return try rows(of: step, changedBy: sql, values)
  }

  /// Runs a statement that returns what it changes.
  func rows(of step: Step, changedBy sql: String, _ values: [SQLite.Value]) throws(StoreError) -> ChangedRows {
    let rows = try speaking { database throws(SQLiteError) in
      try ChangedRows(changedBy: sql, values, width: step.table.key.count, on: database)
    }
    guard let rows else { throw .unnameableRow(table: step.table.table.name) }
    return rows
  }

  /// Whether rows can be erased by their row ids alone: these are the key, and no trigger does anything else.
  private func namesRowsByNumber(_ step: Step) throws(StoreError) -> Bool {
    let table = step.table.table
    guard step.action == .erase, step.table.key.count == 1, table.triggers.isEmpty, table.kind == .table else { return false }
    if let rowID = table.rowID, step.table.key == [rowID] { return true }
    guard step.table.key == table.primaryKey, table.column(step.table.key[0])?.type.uppercased() == "INTEGER", table.rowID != nil
    else { return false }
    // "INTEGER PRIMARY KEY DESC" is no row id; every key that is none has an index of its own.
    return try speaking { database throws(SQLiteError) in
      try database.integer("SELECT count(*) FROM pragma_index_list(?1, 'main') WHERE origin = 'pk'", [.text(table.name)]) == 0
    }
  }

  /// Erases rows whose key is their row id: SQLite tells the keys while it deletes. `RETURNING` takes twice as long.
  private func eraseByNumber(_ step: Step, on stretches: ArraySlice<Stretch>) throws(StoreError) -> FrozenKeys {
    var keys = FrozenKeys(width: 1)
    for part in stretches.parts(of: step) {
      let (sql, values) = try change(step, onPart: part)
      let erased = try speaking { database throws(SQLiteError) in
        try database.rowIDs(erasedFrom: step.table.table.name, by: sql, values)
      }
      keys.append(numbers: erased)
    }
    return keys
  }

  /// The statement that changes the rows of stretches that go together.
  private func change(_ step: Step, onPart stretches: ArraySlice<Stretch>) throws(StoreError) -> (String, [SQLite.Value]) {
    guard let first = stretches.first, let last = stretches.last else { preconditionFailure("a batch has stretches") }
    let table = step.table.table
    let section = first.section
    var renderer = ConditionRenderer(dialect: dialect)
    let (plus, hint) = Self.way(to: step)
    let isWalked = section?.isWalked == true
    var sql = try renderer.change(step, hint: isWalked ? " \(section?.index.hint ?? "")" : table.rowID == nil ? "" : hint)
    let condition = try renderer.sql(step.condition, on: table.name)
    guard let rowID = table.rowID else {
      let key = try renderer.key(of: step.table).joined(separator: ", ")
      let name = try dialect.name(of: table.name)
      sql += " WHERE (\(key)) IN (SELECT \(key) FROM \(name) AS t0 WHERE \(condition) LIMIT \(Stretch.rowsCounted))"
      return (sql, renderer.constants.map(SQLite.Value.init))
    }
    var tests: [String] = []
    if !isWalked {
      let low = renderer.bind(.integer(first.positions.lowerBound))
      let high = renderer.bind(.integer(last.positions.upperBound))
      tests.append("\(plus)t0.\(rowID) BETWEEN \(low) AND \(high)")
    }
    let whole = section.map { ClockSection(index: $0.index, isWalked: $0.isWalked, start: $0.start, end: last.section?.end) }
    if let whole { tests.append(whole.filter(after: renderer.constants.count)) }
    // On the way along an index, the condition's own days could else take the place of the section's, and each batch would read the
    // index from its start.
    tests.append(isWalked ? "CASE WHEN \(condition) THEN 1 ELSE 0 END" : condition)
    return (sql + " WHERE " + tests.joined(separator: " AND "), renderer.constants.map(SQLite.Value.init) + (whole?.bounds ?? []))
  }

  /// How the rows of a batch are found: what stands before the row id, and the hint about indexes. Row ids can be looked up
  /// without an index; any other would be read from its start for every batch. But one person's rows lie scattered: they are
  /// found by their keys, and the row ids only tell which of them are of this batch.
  private static func way(to step: Step) -> (plus: String, hint: String) {
    step.table.isAboutSubject ? ("+", "") : ("", " NOT INDEXED")
  }
}

extension SQLiteStore {
  /// For how many of the keys the change did not happen.
  public func untouched(_ keys: FrozenKeys, of table: TableDecision, after action: Step.Action) throws(StoreError) -> Int {
    // The key's parameters come first; they are bound for each key anew.
    var renderer = ConditionRenderer(dialect: dialect, after: table.key.count)
    let condition = try renderer.untouched(table, after: action).map { " AND \($0)" } ?? ""
    let sql = "SELECT 1 FROM \(try dialect.name(of: table.table.name)) AS t0 WHERE \(try isNamed(table))\(condition)"
    let constants = renderer.constants.dropFirst(table.key.count).map(SQLite.Value.init)
    return try speaking { database throws(SQLiteError) in
      // Alone, each look would take and leave the file's lock, which costs far more than the look.
      let snapshot = try database.begin(.snapshot)
      var found = 0
      do {
        var statement = try database.prepare(sql)
        try keys.forEachKey { key throws(SQLiteError) in
          try statement.bind(key + constants)
          if let _ = try statement.next() { found += 1 }
          statement.reset()
        }
      }
      try snapshot.commit()
      return found
    }
  }

  /// Whoever may write the file may change every row, and whoever may not cannot open it.
  public func missingRights(for decision: TenantDecision) -> [String] { [] }

  /// Refuses a key that does not name rows.
  public func requireKey(of table: TableDecision) throws(StoreError) {
    guard table.keyIsClaimed else { return }
    let sql = try ConditionRenderer(dialect: dialect).ambiguousKeys(of: table)
    let found = try speaking { database throws(SQLiteError) in try database.integer(sql) }
    if found > 0 { throw .ambiguousKey(table: table.table.name, columns: table.key) }
  }

  /// How many rows name a row that does not exist.
  public func orphans(of reference: Reference) throws(StoreError) -> Int {
    var renderer = ConditionRenderer(dialect: dialect)
    let sql = try renderer.orphans(of: reference)
    return try speaking { database throws(SQLiteError) in Int(try database.integer(sql, renderer.constants.map(SQLite.Value.init))) }
  }
}

extension ChangedRows {
  /// Runs a statement that returns the keys of the rows it changes, then the captured parts as text; nil when a key
  /// holds NULL.
  init?(
    changedBy sql: String, _ values: [SQLite.Value], width: Int, on database: borrowing SQLite.Connection
  ) throws(SQLiteError) {
    self.init(width: width)
    var statement = try database.prepare(sql)
    try statement.bind(values)
    while let row = try statement.next() {
      for column in 0..<width {
        if row.isNull(column) { return nil }
        keys.append(row.value(column))
      }
      keys.closeKey()
      guard row.count > width else { continue }
      var texts: [String?] = []
      for column in width..<row.count { texts.append(try row.optionalText(column)) }
      captured.append(texts)
    }
  }
}

extension FrozenKeys {
  /// Calls `body` with the columns of each key.
  func forEachKey(_ body: ([SQLite.Value]) throws(SQLiteError) -> Void) throws(SQLiteError) {
    try forEach(number: { [0x69] + bigEndianBytes($0) }) { columns throws(SQLiteError) in
      try body(columns.map(SQLite.Value.init(frozen:)))
    }
  }

  /// Adds a key column with its storage class, because SQLite tells 1 from '1'.
  mutating func append(_ value: SQLite.Value) {
    switch value {
    case .null: append(column: [], after: 0x6E)
    case .integer(let number): append(column: bigEndianBytes(number), after: 0x69)
    case .real(let number): append(column: bigEndianBytes(Int64(bitPattern: number.bitPattern)), after: 0x72)
    case .text(let text): append(column: text.utf8, after: 0x74)
    case .rawText(let bytes): append(column: bytes, after: 0x74)
    case .blob(let bytes): append(column: bytes, after: 0x62)
    }
  }
}

func bigEndianBytes(_ number: Int64) -> some Collection<UInt8> {
  (0..<8).lazy.map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
}

extension SQLite.Value {
  /// A key column as it was frozen.
  init(frozen bytes: ArraySlice<UInt8>) {
    let content = bytes.dropFirst()
    let number = content.prefix(8).reduce(Int64(0)) { $0 << 8 | Int64($1) }
    switch bytes.first {
    case 0x69: self = .integer(number)
    case 0x72: self = .real(Double(bitPattern: UInt64(bitPattern: number)))
    case 0x74: self = .rawText(Array(content))
    case 0x62: self = .blob(Array(content))
    default: self = .null
    }
  }
}

extension ArraySlice<Stretch> {
  /// Neighbours that one statement can take: those along an index, or row ids in the same section of one with few others between.
  fileprivate func parts(of step: Step) -> [ArraySlice<Stretch>] {
    var parts: [ArraySlice<Stretch>] = []
    for position in indices {
      let section = self[position].section
      if let last = parts.last?.last,
        section?.isWalked == true
          || last.section == section && (step.table.isAboutSubject || last.isNear(self[position]))
      {
        parts[parts.count - 1] = self[parts[parts.count - 1].startIndex...position]
      } else {
        parts.append(self[position...position])
      }
    }
    return parts
  }
}
