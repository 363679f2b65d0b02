public import Evidence
import Retention
public import Stores

/// What is remembered of a row that was erased or reduced, so that it is recognised when a restored backup brings it back.
public struct Tombstone: Hashable, Sendable {
  /// The columns whose values are in the mark of the row.
  public let columns: [String]
  /// The mark of its key.
  public let key: Hash
  /// The mark of its key and values.
  public let row: Hash

  /// The tombstone of a row as it stood before it was changed.
  public init(of row: RowContents, columns: [String], in table: String, under key: TombstoneKey) {
    self.columns = columns
    self.key = key.mark(ofKey: row.key, in: table)
    self.row = key.mark(ofRow: row.values, columns: columns, key: row.key, in: table)
  }
}

/// Rows that a restored backup brought back, as far as they were found: the only ones a run that undoes a restore may touch.
public struct RestoredRows {
  /// Some of them, for one transaction.
  public struct Portion: Sendable {
    /// Their keys.
    public let keys: FrozenKeys
    /// The columns by which they were recognised.
    public let columns: [String]

    /// Rows that were recognised by some columns.
    public init(keys: FrozenKeys, columns: [String]) {
      self.keys = keys
      self.columns = columns
    }
  }

  let portions: [StepName: [Portion]]
  let isRestored: (StepName, _ columns: [String], RowContents) -> Bool

  /// Rows by step, and the test by which each is recognised again when it is about to go.
  public init(portions: [StepName: [Portion]], isRestored: @escaping (StepName, _ columns: [String], RowContents) -> Bool) {
    self.portions = portions
    self.isRestored = isRestored
  }

  /// The rows of a circle's steps, to be taken together as far as they name each other.
  func knot(of steps: [Step]) -> Knot { Knot(among: steps.map { knownKeys(of: $0.name) }) }

  /// The keys of the rows of a step.
  func knownKeys(of step: StepName) -> [FrozenKeys] { portions[step, default: []].map(\.keys) }

  /// The columns by which rows of a step were recognised, those of one portion or another.
  func columns(of step: StepName) -> [String] { portions[step, default: []].flatMap(\.columns).uniqued() }

  /// Whether a row is one of them; its values are those of ``columns(of:)``.
  func contains(_ row: RowContents, of step: StepName) -> Bool {
    let values = Dictionary(zip(columns(of: step), row.values)) { first, _ in first }
    return Set(portions[step, default: []].map(\.columns)).contains { columns in
      isRestored(step, columns, RowContents(key: row.key, values: columns.map { values[$0] ?? nil }))
    }
  }

  /// No rows: what is left of a run that was interrupted.
  public static var none: RestoredRows { RestoredRows(portions: [:]) { _, _, _ in false } }
}
