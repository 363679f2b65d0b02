/// What a day's rules say about the records of one table: an ordered list of cases, of which each record falls into
/// the first that fits.
public struct TableDecision: Hashable, Sendable {
  /// The table.
  public let table: Table
  /// Which of its rows are the tenant's.
  public let ownership: Condition
  /// Whether only one person's rows are looked at. They are found by keys; the table is not walked through.
  public let isAboutSubject: Bool
  /// The cases, in order. The last fits every row.
  public let cases: [Case]
  /// The rules by kind of data, for explaining.
  public let kinds: [Kind]
  /// The condition that a row's own terms are over, whatever others need.
  let due: Condition
  /// The condition that rows which will be kept refer to a row.
  let needed: Condition
  /// How a row that is still needed is reduced; nil when the data map offers nothing.
  public let reduction: ColumnValues?
  /// How a row is marked that is kept but used no more; nil when the data map names no mark.
  public let restriction: ColumnValues?
  /// What is done with a partition of which every row is due; nil where the data map says nothing about it.
  public let partitions: PartitionHandling?
  /// The columns that name a row; empty when there are none and no row falls due.
  public let key: [String]
  /// Whether only the data map says that the key tells rows apart.
  public let keyIsClaimed: Bool

  /// Records of one kind with the same disposition for the same reasons.
  public struct Case: Hashable, Sendable {
    /// Their kind; nil in a table that nobody classified.
    public let category: Category?
    /// What happens to them.
    public let disposition: Disposition
    /// What is to be done to them for that; nil when nothing is, or nothing more.
    public let action: Step.Action?
    /// Why.
    public let reasons: [Reason]
    /// Which they are, among those that no earlier case took.
    public let condition: Condition
    /// The clock that tells their age, when there is one.
    public let clock: ClockPath?
    /// The condition on a row of this kind by itself, whatever the earlier cases: that its own terms are over, or, where it is to
    /// be restricted, that its use must stop.
    let due: Condition
  }

  /// A kind of data in the table with the rules that apply to it.
  public struct Kind: Hashable, Sendable {
    /// The kind.
    public let category: Category
    /// Which rows are of it, among those that no earlier kind took.
    public let rows: Condition
    /// The rules.
    public let rules: [AppliedRule]
  }

  /// The one column of the row that decides its case and shows its age; nil when there are more, or other rows matter.
  package var decidingColumn: String? {
    let conditions = [ownership] + cases.map(\.condition)
    guard cases.allSatisfy({ $0.clock?.references.isEmpty ?? true }) else { return nil }
    var columns = Set(cases.compactMap { $0.clock?.clock.column })
    for condition in conditions {
      guard let own = condition.ownColumns else { return nil }
      columns.formUnion(own)
    }
    return columns.count == 1 ? columns.first : nil
  }

  /// The condition that a row will be erased.
  var erasable: Condition { due && .negation(needed) }
}

extension TableDecision {
  /// What an action sets in a row; nil when it takes the whole row.
  public func values(for action: Step.Action) -> ColumnValues? {
    switch action {
    case .erase: nil
    case .reduce: reduction
    case .restrict: restriction
    }
  }
}

/// The columns that are set when a row is reduced or restricted, each with what takes the place of its value.
public struct ColumnValues: Hashable, Sendable {
  /// Values by column.
  public let values: [String: PredicateValue]

  /// The condition that nothing is left to set.
  public var isDone: Predicate {
    .and(values.sorted { $0.key < $1.key }.map { .equals(column: $0.key, $0.value) })
  }
}
