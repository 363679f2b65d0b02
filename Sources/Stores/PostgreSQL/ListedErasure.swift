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
    guard step.action == .erase, !step.isReferenced, table.triggers.isEmpty, step.table.keyIsNumber else { return nil }
    var renderer = ConditionRenderer(dialect: dialect)
    change = "\(try renderer.change(step)) WHERE \(try renderer.filter(step, blocks))"
    values = renderer.constants.map(PostgreSQL.Value.init)
    renderer = ConditionRenderer(dialect: dialect)
    let key = try renderer.key(of: step.table)[0]
    let relation = renderer.bind(.text(try dialect.relation(of: table.name)))
    list = """
      SELECT array_agg(t0.\(key)), (SELECT relhasrules FROM pg_catalog.pg_class WHERE oid = \(relation)::regclass) \
      FROM \(try dialect.name(of: table.name)) AS t0 WHERE \(try renderer.filter(step, blocks))
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
        let listed = try speaking { database throws(PostgreSQLError) in
          let answer = try database.fetch(erasure.list, erasure.listValues)
          let row = answer[0]
          let text = row.rawText(0)
          return try row.bool(1) ? nil : FrozenKeys(array: text)
        }
        guard let keys = listed else { throw Disagreement() }
        // Reading holds nobody up; from here on rows are locked.
        start = clock.now
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
  /// Keys from the text of an array of whole numbers, where no text means none; nil when one of them is NULL.
  fileprivate init?(array text: borrowing Span<UInt8>) {
    var numbers: [Int64] = []
    var (number, isNegative): (Int64, Bool) = (0, false)
    for position in text.indices {
      switch text[position] {
      case UInt8(ascii: "{"): break
      case UInt8(ascii: "-"): isNegative = true
      case UInt8(ascii: ","), UInt8(ascii: "}"):
        numbers.append(isNegative ? 0 &- number : number)
        (number, isNegative) = (0, false)
      case let digit where (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit):
        // The smallest number has no positive form; it is its own negative.
        number = number &* 10 &+ Int64(digit - UInt8(ascii: "0"))
      default: return nil
      }
    }
    self.init(numbers: numbers)
  }
}
