/// What was done so that erased values do not remain in the database's own files, place by place.
public struct Cleansing: Hashable, Sendable {
  /// What came of each place; nothing where nobody can tell.
  public internal(set) var outcomes: [Place: Result] = [:]

  /// Places outside of the database's files that were found to be in use, and whether the database's part in them was emptied.
  public internal(set) var outside: [OutsidePlace: Bool] = [:]

  /// The places in a database's files where erased values remain.
  public enum Place: String, Hashable, Sendable, CaseIterable {
    /// Full-text indexes, materialized views, and other copies that the database makes itself.
    case derived
    /// The planner's samples.
    case statistics
    /// Free pages, gaps and dead rows.
    case pages
    /// The rollback journal or write-ahead log.
    case journal
  }

  /// What came of a place.
  public enum Result: Hashable, Sendable {
    /// It was treated.
    case done(Technique)
    /// There is no such place.
    case notApplicable
    /// Something is in the way, and nothing was done.
    case waiting(Obstacle)
  }

  /// How a place was treated.
  public enum Technique: Hashable, Sendable {
    /// Written anew.
    case rewritten
    /// Overwritten in place.
    case overwritten
    /// Checkpointed and cut.
    case checkpointed
    /// Removed by the database at the end of each transaction.
    case removed
    /// Computed again.
    case recomputed
  }

  /// What was in the way.
  public enum Obstacle: String, Hashable, Sendable, CaseIterable {
    /// Another connection reads or writes.
    case reader
    /// The time that may be spent was used up.
    case time
    /// There is not as much disk as it takes, or as may be used.
    case disk
    /// The database account may not do it.
    case rights
    /// An old snapshot, a prepared transaction, a replication slot or a standby still needs what was erased.
    case snapshot
    /// The log is not recycled yet: replication or archiving still needs it, or it is kept for a crash.
    case log
    /// The file is damaged, or is not read as this program reads it.
    case damage
  }

  init() {}

  /// The places that something is in the way of.
  public var waiting: [(place: Place, obstacle: Obstacle)] {
    Place.allCases.compactMap { place in
      if case .waiting(let obstacle) = outcomes[place] { (place, obstacle) } else { nil }
    }
  }
}
