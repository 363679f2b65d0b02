import PostgreSQL
import Retention

/// Rows whose keys are listed by one statement and which are erased by the next.
///
/// `RETURNING` fetches each row once more, which takes as long as deleting it. In a transaction of the level repeatable read both
/// statements see the same rows by the same condition, and the server refuses to delete one that somebody has changed since
/// (https://www.postgresql.org/docs/15/transaction-iso.html#XACT-REPEATABLE-READ): so what was listed is what is deleted, as
/// long as nothing else has a say. Where triggers, rules or rows that name these could have one, the deleting statement itself must tell.
struct ListedErasure {
  let list: String
  let listValues: [PostgreSQL.Value]
  let change: String
  let values: [PostgreSQL.Value]

  /// The statements for the rows of a step in some blocks; nil when the deleting statement itself must tell.
  init?(_ step: Step, within blocks: ClosedRange<Int64>, _ dialect: PostgreSQLDialect) throws(StoreError) {
    let table = step.table.table
    guard step.action == .erase, !step.isReferenced, table.triggers.isEmpty, step.table.keyIsNumber,
      table.column(step.table.key[0])?.isNullable == false
    else { return nil }
    var renderer = ConditionRenderer(dialect: dialect)
    change = "\(try renderer.change(step)) WHERE \(try renderer.filter(step, blocks))"
    values = renderer.constants.map(PostgreSQL.Value.init)
    renderer = ConditionRenderer(dialect: dialect)
    let key = try renderer.key(of: step.table)[0]
    let relation = renderer.bind(.text(try dialect.relation(of: table.name)))
    // One value in binary form: to write and read the text of an array takes longer than to find the rows.
    list = """
      SELECT coalesce(string_agg(int8send(t0.\(key)::bigint), ''::bytea), ''::bytea) \
      FROM \(try dialect.name(of: table.name)) AS t0 WHERE \(try renderer.filter(step, blocks)) \
      HAVING NOT (SELECT relhasrules FROM pg_catalog.pg_class WHERE oid = \(relation)::regclass)
      """
    listValues = renderer.constants.map(PostgreSQL.Value.init)
  }
}

extension PostgreSQLStore {
  /// Erases listed rows in one transaction. Nil, with nothing changed, when the list may not be what is deleted.
  func carryOut(_ erasure: ListedErasure, beforeCommit: (ChangedRows) throws -> Void) throws -> Duration? {
    /// More or fewer rows were deleted than listed, or somebody rewrites what is asked.
    struct Disagreement: Error {}
    let clock = ContinuousClock()
    var start = clock.now
    var isToldOf = false
    do {
      try database.transaction(.repeatableRead) {
        // Reading holds nobody up, but it counts: where it finds little, the next batch must not grow without measure.
        start = clock.now
        let listed = try speaking { database throws(PostgreSQLError) in
          // No row at all: somebody rewrites what is asked.
          try database.bytes(erasure.list, erasure.listValues).map(FrozenKeys.init(bigEndian:))
        }
        guard let keys = listed else { throw Disagreement() }
        if keys.count > 0 {
          let deleted = try speaking { database throws(PostgreSQLError) in try database.run(erasure.change, erasure.values) }
          guard deleted == keys.count else { throw Disagreement() }
        }
        isToldOf = true
        try beforeCommit(ChangedRows(keys: keys))
      }
    } catch is Disagreement {
      return nil
    } catch StoreError.postgreSQL(let error) where error.code == .serializationFailure && !isToldOf {
      return nil
    } catch let error as PostgreSQLError {
      throw StoreError.postgreSQL(error)
    }
    return clock.now - start
  }
}

extension FrozenKeys {
  /// Keys from the bytes of 64-bit numbers.
  fileprivate init(bigEndian bytes: [UInt8]) {
    var numbers: [Int64] = []
    numbers.reserveCapacity(bytes.count / 8)
    for first in stride(from: 0, to: bytes.count - 7, by: 8) {
      var number: UInt64 = 0
      for byte in bytes[first..<first + 8] { number = number << 8 | UInt64(byte) }
      numbers.append(Int64(bitPattern: number))
    }
    self.init(numbers: numbers)
  }
}
