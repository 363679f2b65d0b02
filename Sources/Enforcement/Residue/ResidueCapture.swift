public import Evidence
public import Residue
public import Retention
public import Stores

/// Remembers the values of rows before they are erased, so that the database's files can be searched for them afterwards.
///
/// What it holds is personal data: it is in memory, and sealed with the run's key where a run that was interrupted finds it
/// again. It is gone when that key is destroyed.
public final class ResidueCapture {
  /// What was captured.
  public private(set) var rows: ErasedRows
  private let store: any TenantStore
  private let keep: ([UInt8]) throws -> Void

  /// How many rows are captured of a step, and in all. What goes beyond is a sample, and the certificate says so.
  private static let (ofStep, inAll) = (2000, 20_000)

  /// A capture that goes on from what was sealed before. `keep` makes sealed bytes durable.
  public init(
    from sealed: [UInt8]?, store: any TenantStore, seal: SealedKeys, keep: @escaping ([UInt8]) throws -> Void
  ) throws(EvidenceError) {
    var rows = ErasedRows()
    if let sealed {
      guard let earlier = ErasedRows(bytes: try seal.open(sealed, for: Self.place)) else {
        throw .refused(what: "captured values", reason: "they cannot be read")
      }
      rows = earlier
    }
    self.rows = rows
    self.store = store
    self.keep = { bytes in try keep(seal.seal(bytes, for: Self.place)) }
  }

  private static let place = "captured values"

  /// Captures the rows that a step is about to change: those that it is about, or some whose keys are known.
  public func take(_ step: Step, among known: [FrozenKeys]?) throws {
    let room = min(Self.ofStep, Self.inAll - rows.rows.count)
    guard room > 0 else { return }
    var captured = ErasedRows()
    if let known {
      for keys in known where captured.rows.count < room { captured.append(try store.capture(step, rowsWith: keys)) }
    } else {
      captured = try store.capture(step, limit: room)
    }
    guard !captured.rows.isEmpty else { return }
    rows.append(captured)
    try keep(rows.bytes)
  }
}
