import Enforcement
import Evidence
import Stores

extension ResidueReport {
  /// Why a level of erasure was not reached, and the exit status it means.
  func complaint(of tenant: String) -> (lines: [String], status: ExitStatus) {
    var lines = cleansing.waiting.map { "residue may remain in the \($0.place.words): \($0.obstacle.words)" }
    if let findings, hits > 0 { lines.append("residue was found: \(findings.words); repeat with: wis verify-erasure \(tenant)") }
    if let findings, lines.isEmpty { lines.append("the search for residue could not be made: \(findings.words)") }
    return (lines, hits > 0 ? .unverified : .notDone)
  }
}

extension Cleansing.Place {
  /// What it is called to a person.
  fileprivate var words: String { self == .derived ? "materialized views and full-text indexes" : rawValue }
}

extension Cleansing.Obstacle {
  /// What is in the way, and what to do.
  var words: String {
    switch self {
    case .reader: "another connection reads or writes the database; end it and repeat"
    case .time: "it would take longer than 'scrub: {time: …}' of the tenant allows"
    case .disk: "it would take more disk than there is, or than 'scrub: {disk: …}' of the tenant allows"
    case .rights: "the database account may not do it"
    case .snapshot: "an old snapshot, a prepared transaction, a replication slot or a standby still needs it"
    case .log: "replication, archiving or recovery still needs the log"
    case .damage: "the file is damaged, encrypted, or uses something that only the application has"
    }
  }
}

extension ResidueFindings.Elsewhere {
  /// What it is called to a person.
  fileprivate var words: String {
    switch self {
    case .archive: "the archive of the write-ahead log"
    case .standbys: "standby servers and slots"
    case .serverLog: "the server's own log"
    case .statements: "pg_stat_statements"
    case .compressedLog: "compressed pages in the write-ahead log"
    case .scattered: "compressed values that are very large, or whose parts lie far apart"
    }
  }
}

extension ResidueFindings {
  /// Where else values may be, and nobody looked; nil when there is no such place.
  var wordsOfUnsearched: String? {
    unsearched.isEmpty ? nil : unsearched.map(\.words).sorted().joined(separator: ", ")
  }

  /// What was found, in a line.
  var words: String {
    var parts: [String] = []
    if dirtyPages > 0 { parts.append("\(dirtyPages) of \(pages.seen) pages hold bytes that belong to nothing") }
    for (region, count) in hits.sorted(by: { $0.key.rawValue < $1.key.rawValue }) { parts.append("\(count) values in \(region.rawValue)") }
    if let obstacle { parts.append(obstacle.words) }
    if controls.seen < controls.of { parts.append("\(controls.of - controls.seen) of \(controls.of) planted values were not found") }
    return parts.isEmpty ? "nothing" : parts.joined(separator: "; ")
  }

  /// The findings as JSON.
  var json: JSONValue {
    .object(present: [
      "pages": .integer(Int64(pages.of)), "pagesSeen": .integer(Int64(pages.seen)), "dirtyPages": .integer(Int64(dirtyPages)),
      "bytes": .integer(Int64(bytes.seen)), "patterns": .integer(Int64(patterns)), "values": .integer(Int64(rowsCovered)),
      "livingOn": .integer(Int64(livingOn)), "controls": .integer(Int64(controls.of)), "controlsFound": .integer(Int64(controls.seen)),
      "hits": .object(Dictionary(uniqueKeysWithValues: hits.map { ($0.key.rawValue, .integer(Int64($0.value))) })),
      "notSearched": .array(unsearched.map(\.rawValue).sorted().map(JSONValue.string)), "obstacle": obstacle.map { .string($0.rawValue) },
      "clean": .bool(isClean),
    ])
  }
}
