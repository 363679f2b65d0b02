/// How a table is cut into partitions.
public struct Partitioning: Hashable, Sendable {
  /// The column of days or moments whose ranges the partitions are; nil when they are cut in another way.
  public let column: String?
  /// Whether the account owns the table and all that it is cut into: only an owner can drop them.
  public let isOwned: Bool

  /// A way of cutting a table.
  public init(column: String?, isOwned: Bool) {
    self.column = column
    self.isOwned = isOwned
  }
}

/// What is done with a partition of which every row is due, where the data map asks for dropping it.
public enum PartitionHandling: Hashable, Sendable {
  /// It is dropped with its rows.
  case dropped
  /// It is emptied row by row and stays.
  case emptied(Obstacle)

  /// What speaks against dropping.
  public enum Obstacle: String, Hashable, Sendable, CaseIterable {
    /// The table has no partitions.
    case notPartitioned = "not-partitioned"
    /// The account does not own the table or one of its partitions.
    case notOwned = "not-owned"
    /// The partitions are not ranges of the clock that its rows' periods count from: a row of tomorrow could belong there.
    case otherKey = "other-key"
    /// Triggers do something when a row goes.
    case triggers
    /// Keys of other tables refer to its rows: dropping would lock those tables too.
    case referenced
    /// Other tenants have rows in it, or can have.
    case shared
  }
}

extension TableDraft {
  /// What is done with a whole partition; nil where the data map says nothing about it.
  var partitions: PartitionHandling? {
    guard mapped?.dropsPartitions ?? false else { return nil }
    guard let partitioning = table.partitioning else { return .emptied(.notPartitioned) }
    let clocks = mapped?.clocks.values.map(\.column) ?? []
    guard let column = partitioning.column, clocks.contains(column) else { return .emptied(.otherKey) }
    if application.policy.tenant.store.tenantColumn != nil { return .emptied(.shared) }
    if !table.triggers.isEmpty { return .emptied(.triggers) }
    if application.graph.incoming(table.name).contains(where: { $0.onDelete != nil }) { return .emptied(.referenced) }
    return partitioning.isOwned ? .dropped : .emptied(.notOwned)
  }
}
