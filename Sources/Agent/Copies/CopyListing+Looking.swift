import Foundation
import Retention
import Stores

extension CopyListing {
  /// Looks at the place. A copy's day is the civil day in the tenant's time zone.
  init(of backup: Tenant.Backup, zone: ZoneRules) throws(AgentError) {
    self.backup = backup
    var copies: [Copy]
    switch backup.source {
    case nil:
      self.copies = nil
      return
    case .files(let pattern): copies = try Self.files(pattern, backup, zone)
    case .command(let arguments): copies = try Self.listed(try ExternalCommand(arguments).run(), arguments[0], backup, zone)
    }
    self.copies = copies.sorted { ($0.day, $0.name) < ($1.day, $1.name) }
  }

  private static func files(_ pattern: String, _ backup: Tenant.Backup, _ zone: ZoneRules) throws(AgentError) -> [Copy] {
    var found: [(path: String, day: CivilDate?)] = [("", nil)]
    let names = pattern.split(separator: "/").map { NamePattern($0) }
    let parts = pattern.split(separator: "/").map(String.init)
    for (index, name) in names.enumerated() {
      var next: [(String, CivilDate?)] = []
      for (folder, day) in found {
        if name.isPlain {
          let path = "\(folder)/\(parts[index])"
          // A folder that is named must be there; below a folder that was found, it need not.
          if index < names.count - 1, names[...index].allSatisfy(\.isPlain) || isThere(path) { next.append((path, day)) }
          if index == names.count - 1, isThere(path) { next.append((path, day)) }
          continue
        }
        for (entry, match) in try entries(of: folder, fitting: name, mustBeFolder: names[..<index].allSatisfy(\.isPlain)) {
          if case .dated(let own) = match { next.append(("\(folder)/\(entry)", own)) } else { next.append(("\(folder)/\(entry)", day)) }
        }
      }
      found = next
    }
    var copies: [Copy] = []
    for (path, day) in found {
      if let day {
        copies.append(Copy(name: path, day: day, isBegin: true, at: backup))
      } else {
        guard let written = try lastWritten(path, zone) else { continue }
        copies.append(Copy(name: path, day: written, isBegin: false, at: backup))
      }
    }
    // What is named alone must lie in a folder that is there: a disk that is not mounted would pass for an empty one.
    if names.allSatisfy(\.isPlain), let folder = parent(of: pattern), !isThere(folder) {
      throw .file(path: folder, problem: "is not there, so the backup '\(backup.name)' cannot be looked at")
    }
    return copies
  }

  private static func parent(of path: String) -> String? {
    path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) }
  }

  private static func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  private static func entries(
    of folder: String, fitting name: NamePattern, mustBeFolder: Bool
  ) throws(AgentError) -> [(String, NamePattern.Match)] {
    // "path/." exists only when path is a folder.
    if !mustBeFolder, !isThere("\(folder)/.") { return [] }
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder + "/").compactMap { entry in
        name.match(entry).map { (entry, $0) }
      }
    } catch {
      throw .file(path: folder, problem: "cannot be read, so the copies in it cannot be looked at")
    }
  }

  /// The day on which a file was last written; nil when it has gone meanwhile.
  private static func lastWritten(_ path: String, _ zone: ZoneRules) throws(AgentError) -> CivilDate? {
    let attributes: [FileAttributeKey: Any]
    do {
      attributes = try FileManager.default.attributesOfItem(atPath: path)
    } catch {
      if !isThere(path) { return nil }
      throw .file(path: path, problem: "cannot be examined")
    }
    guard let date = attributes[.modificationDate] as? Date,
      let day = zone.day(Instant(seconds: Int(date.timeIntervalSince1970.rounded(.down))))
    else { throw .file(path: path, problem: "has no readable time") }
    return day
  }

  /// Reads what a command listed: `2026-01-31 NAME` or `2026-01-31T02:00:00Z NAME`, a line for each copy.
  static func listed(_ output: String, _ program: String, _ backup: Tenant.Backup, _ zone: ZoneRules) throws(AgentError) -> [Copy] {
    var copies: [Copy] = []
    for (number, line) in output.split(separator: "\n", omittingEmptySubsequences: false).enumerated() where !line.isEmpty {
      let parts = line.split(separator: " ", maxSplits: 1)
      let day = parts.first.flatMap { text in CivilDate(text) ?? Instant(text).flatMap(zone.day) }
      guard parts.count == 2, let day else {
        throw .command(program: program, problem: "line \(number + 1) is not a day and a name, as: 2026-01-31 nightly-0131")
      }
      copies.append(Copy(name: String(parts[1]), day: day, isBegin: true, at: backup))
    }
    return copies
  }
}
