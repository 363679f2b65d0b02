public import Retention
import SQLite

extension SQLiteStore {
  /// Cuts the step's rows into stretches of row ids. Reads without a write lock, so that an application can go on.
  public func stretches(of step: Step) throws(StoreError) -> [Stretch] {
    let table = step.table.table
    guard let rowID = try rowID(of: table) else { return [Stretch(positions: 0...0, rows: nil)] }
    let (condition, values) = try render(step.condition, on: table.name)
    let sql = "SELECT t0.\(rowID) FROM \(try dialect.name(of: table.name)) AS t0 WHERE \(condition) ORDER BY 1"
    var stretches: [Stretch] = []
    try speaking { database throws(SQLiteError) in
      var statement = try database.prepare(sql)
      try statement.bind(values)
      var (first, last, count): (Int64, Int64, Int) = (0, 0, 0)
      while let row = try statement.next() {
        last = try row.integer(0)
        if count == 0 { first = last }
        count += 1
        if count == Stretch.rowsCounted {
          stretches.append(Stretch(positions: first...last, rows: count))
          count = 0
        }
      }
      if count > 0 { stretches.append(Stretch(positions: first...last, rows: count)) }
    }
    return stretches
  }

  /// Erases or reduces the step's rows in some stretches, in one transaction.
  public func carryOut(
    _ step: Step, on stretches: ArraySlice<Stretch>, beforeCommit: (FrozenKeys) throws -> Void
  ) throws -> Duration {
    let (sql, values) = try change(step, on: stretches)
    let clock = ContinuousClock()
    var start = clock.now
    do {
      try database.transaction(.immediate) {
        start = clock.now
        let keys = try speaking { database throws(SQLiteError) in
          try FrozenKeys(changedBy: sql, values, width: step.table.key.count, on: database)
        }
        guard let keys else { throw StoreError.unnameableRow(table: step.table.table.name) }
        try beforeCommit(keys)
      }
    } catch let error as SQLiteError {
      throw StoreError.sqlite(error)
    }
    return clock.now - start
  }

  /// The statement that changes the rows and gives back their keys.
  private func change(_ step: Step, on stretches: ArraySlice<Stretch>) throws(StoreError) -> (String, [SQLite.Value]) {
    guard let first = stretches.first, let last = stretches.last else { preconditionFailure("a batch has stretches") }
    let table = step.table.table
    let rowID = try rowID(of: table)
    var renderer = ConditionRenderer(dialect: dialect)
    // Row ids can still be looked up; any other index would be read from its start for every batch.
    // One person's rows lie scattered; they are found by their keys, and the row ids only tell those of this batch.
    let isWalked = rowID != nil && !step.table.isAboutSubject
    var sql = try renderer.change(step, hint: isWalked ? " NOT INDEXED" : "")
    let condition = try renderer.sql(step.condition, on: table.name)
    let key = try renderer.key(of: step.table).joined(separator: ", ")
    if let rowID {
      let low = renderer.bind(.integer(first.positions.lowerBound))
      let high = renderer.bind(.integer(last.positions.upperBound))
      sql += " WHERE \(isWalked ? "" : "+")t0.\(rowID) BETWEEN \(low) AND \(high) AND \(condition)"
    } else {
      let name = try dialect.name(of: table.name)
      sql += " WHERE (\(key)) IN (SELECT \(key) FROM \(name) AS t0 WHERE \(condition) LIMIT \(Stretch.rowsCounted))"
    }
    return (sql + " RETURNING \(key)", renderer.constants.map(SQLite.Value.init))
  }

  /// The name by which row ids can be reached; nil in a table that has none (`WITHOUT ROWID`).
  private func rowID(of table: Table) throws(StoreError) -> String? {
    let hasNone = try speaking { database throws(SQLiteError) in
      try database.integer("SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ?1", [.text(table.name)]) == 1
    }
    let taken = Set(table.columns.map { $0.name.lowercased() })
    return hasNone ? nil : ["rowid", "_rowid_", "oid"].first { !taken.contains($0) }
  }
}

extension SQLiteStore {
  /// For how many of the keys the change did not happen.
  public func untouched(_ keys: FrozenKeys, of table: TableDecision, after action: Step.Action) throws(StoreError) -> Int {
    var renderer = ConditionRenderer(dialect: dialect)
    var filter = try renderer.key(of: table).enumerated().map { "t0.\($1) IS ?\($0 + 1)" }
    // The key's parameters come first; they are bound for each key anew.
    for _ in table.key { _ = renderer.bind(.null) }
    if let condition = try renderer.untouched(table, after: action) { filter.append(condition) }
    let sql = "SELECT 1 FROM \(try dialect.name(of: table.table.name)) AS t0 WHERE \(filter.joined(separator: " AND "))"
    let constants = renderer.constants.dropFirst(table.key.count).map(SQLite.Value.init)
    return try speaking { database throws(SQLiteError) in
      var found = 0
      var statement = try database.prepare(sql)
      try keys.forEach { columns throws(SQLiteError) in
        try statement.bind(columns.map(SQLite.Value.init(frozen:)) + constants)
        if let _ = try statement.next() { found += 1 }
        statement.reset()
      }
      return found
    }
  }

  /// How many rows name a row that does not exist.
  public func orphans(of reference: Reference) throws(StoreError) -> Int {
    var renderer = ConditionRenderer(dialect: dialect)
    let sql = try renderer.orphans(of: reference)
    return try speaking { database throws(SQLiteError) in Int(try database.integer(sql, renderer.constants.map(SQLite.Value.init))) }
  }
}

extension FrozenKeys {
  /// Runs a statement that returns the keys of the rows it changes; nil when one of them holds NULL.
  fileprivate init?(
    changedBy sql: String, _ values: [SQLite.Value], width: Int, on database: borrowing SQLite.Connection
  ) throws(SQLiteError) {
    self.init(width: width)
    var statement = try database.prepare(sql)
    try statement.bind(values)
    while let row = try statement.next() {
      for column in 0..<row.count {
        if row.isNull(column) { return nil }
        append(row.value(column))
      }
      closeKey()
    }
  }

  /// Adds a key column with its storage class, because SQLite tells 1 from '1'.
  fileprivate mutating func append(_ value: SQLite.Value) {
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

private func bigEndianBytes(_ number: Int64) -> some Collection<UInt8> {
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
