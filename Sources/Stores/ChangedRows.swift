/// What one batch changed: the keys of its rows and, where something of them was captured, what that was before.
public struct ChangedRows {
  /// The keys.
  public internal(set) var keys: FrozenKeys
  /// For each row, in the order of the keys, the captured parts as text; nil for NULL. Empty when none was asked for. Personal data: it is sealed or forgotten before the batch commits.
  public internal(set) var captured: [[String?]] = []

  /// No rows yet, with keys of a number of columns.
  init(width: Int) { keys = FrozenKeys(width: width) }

  /// Rows of which only the keys are known.
  init(keys: FrozenKeys) { self.keys = keys }
}
