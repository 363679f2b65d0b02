public import Retention

/// One transaction that changed rows of a tenant, as the journal knows it.
public struct JournaledBatch: Hashable, Sendable {
  /// Its number within the journal.
  public let id: Int64
  /// The step it belongs to.
  public let step: StepName
  /// How many rows it changed, or was about to change.
  public let rows: Int
  /// The keys of those rows, sealed.
  public let sealedKeys: [UInt8]

  /// A batch as it was journaled.
  public init(id: Int64, step: StepName, rows: Int, sealedKeys: [UInt8]) {
    self.id = id
    self.step = step
    self.rows = rows
    self.sealedKeys = sealedKeys
  }
}

/// What tells the steps of a plan apart.
public struct StepName: Hashable, Sendable {
  /// The table.
  public let table: String
  /// The kind of data.
  public let category: Category
  /// What is done.
  public let action: Step.Action

  /// The name of a step.
  public init(table: String, category: Category, action: Step.Action) {
    self.table = table
    self.category = category
    self.action = action
  }
}

extension Step {
  /// The step's name.
  public var name: StepName { StepName(table: table.table.name, category: category, action: action) }
}

/// What a transaction is about to do to rows of one step.
public struct IntendedBatch {
  /// The step.
  public let step: StepName
  /// How many rows it changes.
  public let rows: Int
  /// What is remembered of them, as long as the batch is not discarded.
  public let tombstones: [Tombstone]
  /// Seals their keys for the batch's number.
  public let seal: (_ id: Int64) throws -> [UInt8]

  init(step: StepName, rows: Int, tombstones: [Tombstone], seal: @escaping (_ id: Int64) throws -> [UInt8]) {
    self.step = step
    self.rows = rows
    self.tombstones = tombstones
    self.seal = seal
  }
}

/// The durable memory of one run, kept in the state store. Every function returns only when what it says is on disk, and does it
/// whole or not at all: all batches of one transaction of the tenant's are begun, committed or discarded at once.
public struct Journal {
  /// Says what a transaction is about to do, and gives each batch its number. Called inside the tenant's transaction, just before
  /// it commits.
  public let begin: ([IntendedBatch]) throws -> [Int64]
  /// Says that the batches' transaction has committed.
  public let commit: (_ ids: [Int64]) throws -> Void
  /// Forgets batches whose transaction did not commit.
  public let discard: (_ ids: [Int64]) throws -> Void
  /// The batches that were begun and neither committed nor discarded.
  public let open: () throws -> [JournaledBatch]
  /// Calls a function with each committed batch.
  public let forEachCommitted: ((JournaledBatch) throws -> Void) throws -> Void

  /// A journal made of functions over a state store.
  public init(
    begin: @escaping ([IntendedBatch]) throws -> [Int64], commit: @escaping (_ ids: [Int64]) throws -> Void,
    discard: @escaping (_ ids: [Int64]) throws -> Void, open: @escaping () throws -> [JournaledBatch],
    forEachCommitted: @escaping ((JournaledBatch) throws -> Void) throws -> Void
  ) {
    self.begin = begin
    self.commit = commit
    self.discard = discard
    self.open = open
    self.forEachCommitted = forEachCommitted
  }
}
