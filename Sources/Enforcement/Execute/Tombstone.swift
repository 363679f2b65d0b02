public import Evidence
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

  /// No rows: what is left of a run that was interrupted.
  public static var none: RestoredRows { RestoredRows(portions: [:]) { _, _, _ in false } }
}
