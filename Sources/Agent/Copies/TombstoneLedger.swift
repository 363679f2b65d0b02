import Enforcement
import Evidence
import Foundation
import Retention

/// What a tenant's erased rows are remembered by: marks in the state store, under a key that lies in the folder of keys, with the
/// number of the last of them beside it. A state store that is older than that number, or a key that is gone, is told: silence
/// would mean that nothing was ever erased.
struct TombstoneLedger {
  private let node: Node
  private let policy: TenantPolicy

  init(node: Node, policy: TenantPolicy) {
    self.node = node
    self.policy = policy
  }

  private var tenant: String { policy.tenant.id }
  private var folder: KeyFolder { KeyFolder(path: node.inventory.keys, environment: [:]) }
  private var keyName: String { "tombstones-\(tenant).key" }
  private var keyPath: String { "\(node.inventory.keys)/\(keyName)" }
  private var markPath: String { "\(node.inventory.keys)/tombstones-\(tenant).mark" }

  /// The key; nil when nothing is remembered. Throws when something should be.
  func key() throws -> TombstoneKey? {
    let last = try node.state.lastTombstone(of: tenant)
    let mark = try mark()
    if let mark, last ?? 0 < mark {
      throw AgentError.ledger(
        tenant: tenant, problem: "the state store is older than \(markPath); restore its newest copy")
    }
    let hasKey = FileManager.default.fileExists(atPath: keyPath)
    guard last != nil else {
      // What an interrupted destruction left.
      if hasKey { try remove(keyPath) }
      return nil
    }
    guard hasKey else { throw AgentError.ledger(tenant: tenant, problem: "\(keyPath) is gone; restore it from its own copy") }
    return try TombstoneKey(of: keyName, in: folder)
  }

  /// The key for remembering rows, made when there is none. Nil when no backup could bring them back.
  func keyForWriting() throws -> TombstoneKey? {
    guard !policy.tenant.backups.isEmpty else { return nil }
    let exists = FileManager.default.fileExists(atPath: keyPath)
    return exists ? try TombstoneKey(of: keyName, in: folder) : try TombstoneKey(newFor: keyName, in: folder)
  }

  /// Notes how far the state store must remember from now on.
  func raise() throws {
    guard let last = try node.state.lastTombstone(of: tenant), try mark() ?? 0 < last else { return }
    try write(last)
  }

  /// Forgets the rows of every run of which no copy can hold any: each term is over, and where somebody can look, no copy is left.
  func destroyExpired() throws -> [any Error] {
    let runs = try node.state.runsWithTombstones(of: tenant)
    guard !runs.isEmpty else { return [] }
    let places = BackupPlaces(node: node, policy: policy)
    let certificates = try node.state.certificates(of: tenant)
    var kept = runs
    var problems: [any Error] = []
    for run in runs {
      let certified = try certificates.first { $0.run == run }?.document().execution.finished
      guard let finished = try certified ?? node.state.endOfMarking(run).map({ try Moment($0) }) else { continue }
      do {
        if try places.areOver(since: finished) { kept.removeAll { $0 == run } }
      } catch {
        problems.append(error)
      }
    }
    for run in runs where !kept.contains(run) { try destroy(run, isLast: kept.isEmpty) }
    if kept.isEmpty { try remove(keyPath) }
    return problems
  }

  private func destroy(_ run: Int64, isLast: Bool) throws {
    try lowering(isLast: isLast) { try node.state.destroyTombstones(of: run) }
  }

  /// Forgets the rows that a request had marked: nobody marks them again.
  func forgetMarks(of request: String) throws {
    let (marked, others) = try node.state.remembered(of: tenant, markedBy: request)
    guard marked > 0 else { return }
    try lowering(isLast: others == 0) { try node.state.destroyTombstones(of: tenant, markedBy: request) }
    if others == 0 { try remove(keyPath) }
  }

  /// Remembers when a run ended that marked rows and issues no certificate, so that they can be forgotten one day.
  func note(_ run: Int64, endedAt moment: Moment) throws {
    guard try node.state.runsWithTombstones(of: tenant).contains(run) else { return }
    try node.state.rememberEndOfMarking(run, at: moment.description)
  }

  private func lowering(isLast: Bool, _ forget: () throws -> Void) throws {
    // The mark goes first: a kill in between leaves more than it asks for, never less.
    if isLast { try remove(markPath) } else { try write(1) }
    try forget()
    if !isLast { try raise() }
  }

  private static let heading = "wis-tombstones/v1"

  private func mark() throws -> Int64? {
    guard let bytes = try DurableFile.readIfPresent(markPath) else { return nil }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count == 3, lines[0] == Self.heading, let number = Int64(lines[1]), lines[2].isEmpty else {
      throw AgentError.ledger(tenant: tenant, problem: "\(markPath) cannot be read; restore it from its own copy")
    }
    return number
  }

  private func write(_ number: Int64) throws {
    try DurableFile.write(Array("\(Self.heading)\n\(number)\n".utf8), to: markPath, mode: 0o600)
  }

  private func remove(_ path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    do { try FileManager.default.removeItem(atPath: path) } catch {
      throw AgentError.file(path: path, problem: "could not be destroyed; remove it by hand")
    }
    try DurableFile.synchronizeFolder(node.inventory.keys)
  }
}
