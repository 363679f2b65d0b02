public import Residue
public import Retention

/// A tenant's database, driven in its engine's own way. One object is one connection, used by one thread.
public protocol TenantStore: CopySource {
  /// The engine and its version, as it appears in certificates: `SQLite 3.40.1`.
  var engine: String { get }

  /// The clock of the database server; nil when the database has none of its own.
  func serverClock() throws(StoreError) -> Instant?

  /// Makes this session the only one that works on a tenant, until it ends; false when another one is.
  ///
  /// A server can outlive an agent that was killed: only when its session is gone is it settled what it committed.
  func claim(_ tenant: String) throws(StoreError) -> Bool

  /// The tables that belong to the tenant, or are shared with others.
  func schema() throws(StoreError) -> Schema

  /// Counts every record of every table by the cases of a decision, in one snapshot.
  func census(of decision: TenantDecision) throws(StoreError) -> Census

  /// The case that one record falls into, and what its clocks show; nil when there is no such record.
  /// The parts of the key are in the order of the table's key columns.
  func examine(_ table: TableDecision, key: [String]) throws(StoreError) -> ExaminedRecord?

  /// The keys of the people in a table whose column reads, as text, as one of some forms: two of them at most, because one
  /// too many is enough to know. Rows of other tenants do not count.
  func people(
    in table: TableDecision, where column: String, readsAs forms: [String], ignoringCase: Bool, key: String
  ) throws(StoreError) -> [PredicateValue]

  /// Cuts the rows of a step into stretches of the table that are small enough to be handled one after another.
  func stretches(of step: Step) throws(StoreError) -> [Stretch]

  /// Carries out a step on some stretches of its table, in one transaction.
  ///
  /// The rows are told by the step's conditions, evaluated again. `beforeCommit` gets the keys of the rows that were
  /// changed, while nobody else can see it yet; when it throws, nothing has happened. Returns how long the locks
  /// were held.
  /// Of a step that erases, `parts` are captured: their texts go to `beforeCommit` with the keys.
  func carryOut(
    _ step: Step, on stretches: ArraySlice<Stretch>, capturing parts: [RowPart], beforeCommit: (ChangedRows) throws -> Void
  ) throws -> Duration

  /// Runs several changes as one transaction: all are committed when `body` returns, and none when it throws.
  func together(_ body: () throws -> Void) throws

  /// The rows of the steps of one circle that cannot go one by one, because rows that would go as well name them: as few as
  /// fit into one transaction each. Only those that `begin` with the rows of some of the steps.
  func knots(of steps: [Step], begin: (Step) -> Bool) throws(StoreError) -> [Knot]

  /// Erases the rows of a knot, in one transaction, as far as they still can go.
  ///
  /// `beforeCommit` gets, for each of the steps, the keys of the rows that were erased and what stood in the columns that are
  /// `read`; `parts` has what to capture for each of them. Otherwise as above.
  func carryOut(
    _ steps: [Step], on knot: Knot, reading read: [[String]], capturing parts: [[RowPart]],
    beforeCommit: ([ChangedRows], [[RowContents]]) throws -> Void
  ) throws -> Duration

  /// Calls a function with the key of every row of a table that is the tenant's.
  func forEachKey(of table: TableDecision, _ body: ([[UInt8]]) throws -> Void) throws

  /// The keys of the rows of a step, in portions for one transaction each.
  func keys(of step: Step) throws(StoreError) -> [FrozenKeys]

  /// What stands in some columns of the rows with these keys, as far as they are there.
  func contents(of columns: [String], in rows: FrozenKeys, of table: TableDecision) throws(StoreError) -> [RowContents]

  /// Carries out a step on the rows with these keys, in one transaction, as far as they satisfy its conditions.
  ///
  /// `beforeCommit` also gets what is `read` before the rows were changed; otherwise as above.
  func carryOut(
    _ step: Step, onRowsWith keys: FrozenKeys, reading read: [RowPart], capturing parts: [RowPart],
    beforeCommit: (ChangedRows, [RowContents]) throws -> Void
  ) throws -> Duration

  /// The text, in UTF-8, of a value of ``RowContents``.
  func text(of value: [UInt8]) -> [UInt8]

  /// Calls a function with the text, in UTF-8, of a part of the rows of a table that satisfy a condition, where it is not NULL.
  func forEachText(of part: RowPart, in table: TableDecision, where condition: Condition, _ body: ([UInt8]) throws -> Void) throws

  /// For how many of the keys the change did not happen: an erased row is still there, a reduced one still has
  /// something to empty, a restricted one is not marked. Found by the keys alone, never by the conditions that chose the rows.
  func untouched(_ keys: FrozenKeys, of table: TableDecision, after action: Step.Action) throws(StoreError) -> Int

  /// How many rows triggers changed beside those of the steps, by the table that has the triggers. Nobody planned these
  /// changes and nothing is certified of them.
  var changedByTriggers: [String: Int] { get }

  /// How many whole partitions went, and how many could not be dropped and were emptied row by row, by table.
  var partitions: [String: PartitionCount] { get }

  /// Refuses a key that only the data map declares when rows share it or have NULL in it.
  func requireKey(of table: TableDecision) throws(StoreError)

  /// What the account lacks for what a decision may do, one text for each table: rights, or the sight of all rows.
  func missingRights(for decision: TenantDecision) throws(StoreError) -> [String]

  /// How many rows name a row that does not exist.
  func orphans(of reference: Reference) throws(StoreError) -> Int

  /// How many rows name one of the keys by a reference to the columns of the key.
  func rows(naming keys: FrozenKeys, of table: TableDecision, by reference: Reference) throws(StoreError) -> Int

  /// The values of rows that a step is about to change, one by one or together with others: of all of them, or of a sample when
  /// there are more than `limit`.
  func capture(_ step: Step, limit: Int) throws(StoreError) -> ErasedRows

  /// The values of rows with these keys that a step is about to change.
  func capture(_ step: Step, rowsWith keys: FrozenKeys) throws(StoreError) -> ErasedRows

  /// Takes what was erased out of the database's own files, as far as a budget allows, and says what came of it.
  func cleanse(to level: ErasureLevel, within budget: ScrubBudget) throws(StoreError) -> Cleansing

  /// Searches the database's own files for what should be gone. Changes no record.
  func searchResidue(_ question: ResidueQuestion) throws(StoreError) -> ResidueFindings
}

/// What became of partitions of which every row was due.
public struct PartitionCount: Hashable, Sendable {
  /// How many were dropped with their rows.
  public internal(set) var dropped = 0
  /// How many could not be, because something else uses them or is made of them.
  public internal(set) var kept = 0
}

/// A record that `wis explain` asked for.
public struct ExaminedRecord: Hashable, Sendable {
  /// The position of its case in the table's decision.
  public let caseIndex: Int
  /// What its clocks show.
  public let readings: [ClockPath: Explanation.Reading]
}

/// Rows of a circle that go together, in one transaction.
public struct Knot: Hashable, Sendable {
  /// How they are told.
  let rows: Rows

  enum Rows: Hashable {
    /// Some rows, by the position of their step among the steps of the circle and their keys, with all that name them.
    case named(step: Int, keys: FrozenKeys)
    /// Some rows of each step, by their keys, as many of them as nothing else names.
    case listed([[FrozenKeys]])
  }

  init(step: Int, keys: FrozenKeys) { rows = .named(step: step, keys: keys) }

  /// Of rows that are told by their keys, in portions for each step, those that nothing names but themselves.
  public init(among listed: [[FrozenKeys]]) { rows = .listed(listed) }

  /// How many rows a knot names at most. Many rows can exist for the sake of one; but what goes in a transaction that is open anyway
  /// goes at once.
  static func size(_ step: Step, isInTransaction: Bool) -> Int { step.goesWithOwners && !isInTransaction ? 10 : 200 }
}

/// A part of a table that holds some rows of a step: row ids or a part of an index in SQLite, blocks of the heap in PostgreSQL.
public struct Stretch: Hashable, Sendable {
  /// The first and last position; of no meaning in a part of an index.
  public let positions: ClosedRange<Int64>
  /// How many rows of the step were seen there; nil when they were not counted.
  public let rows: Int?
  /// The partition that it is the whole of, and that goes with its rows; nil for a part of a table.
  let partition: PostgreSQLCatalog.Place?
  /// The part of an index in which its rows are; nil where that does not matter.
  let section: ClockSection?

  init(
    positions: ClosedRange<Int64>, rows: Int?, partition: PostgreSQLCatalog.Place? = nil, section: ClockSection? = nil
  ) {
    self.positions = positions
    self.rows = rows
    self.partition = partition
    self.section = section
  }

  /// Whether it is handled by itself, whatever else would fit into a transaction.
  public var standsAlone: Bool { partition != nil }

  /// All of a table.
  static let everything = Stretch(positions: .min ... .max, rows: nil)

  /// How many rows a stretch holds at most, where rows are counted.
  static let rowsCounted = 500
}
