internal import Foundation
import Retention
import Stores

/// Puts a package into an empty database with the scripts that it brings along, and compares each table with the package.
///
/// From the engine that the package came from, every value must come back: the restored rows are written as CSV again, and that has
/// the package's own check sums. The other engine has near types only, so there rows are counted.
public struct RestoreCheck {
  /// Where a package is restored to.
  public enum Target {
    /// A new SQLite database: a file that is not there yet, or, without a path, one in a temporary folder.
    case sqlite(file: String?)
    /// An empty PostgreSQL database.
    case postgreSQL(url: String)
  }

  private let package: VerifiedPackage
  private let target: Target
  private let progress: (String) -> Void

  /// - Parameter package: one that was verified; its scripts are run.
  public init(of package: VerifiedPackage, into target: Target, progress: @escaping (String) -> Void) {
    self.package = package
    self.target = target
    self.progress = progress
  }

  /// Restores and compares. What is unpacked for it is in a folder of the user's own, removed at the end.
  public func finding() throws -> VerifiedPackage.Finding {
    if case .postgreSQL = target, let table = try store("").schema().tables.first?.name {
      throw PortabilityError.scope("the database to restore into has tables already (\(table)); name an empty one")
    }
    if case .sqlite(let file?) = target, FileManager.default.fileExists(atPath: file) { throw PortabilityError.exists(path: file) }
    let folder = FileManager.default.temporaryDirectory.path + "/wis-restore-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    let result = Result { try restore(in: folder) }
    do {
      try FileManager.default.removeItem(atPath: folder)
    } catch {
      // Told before anything else: all of the data is in it, in the clear.
      throw PortabilityError.file(path: folder, act: "remove", errno: EIO)
    }
    return try result.get()
  }

  private func restore(in folder: String) throws -> VerifiedPackage.Finding {
    progress("unpacking to \(folder)")
    try unpack(to: folder)
    let database = folder + "/restored.db"
    progress("restoring")
    guard try run(in: folder + "/data", database: database) else {
      return .init(
        step: "restore", checked: 0,
        problems: ["the script in data/schema ended with an error; unpack the package and run it by hand to see which"])
    }
    let finding: VerifiedPackage.Finding
    do {
      let store = try store(database)
      finding = try store.inSnapshot { try compare(store) }
    } catch let error as StoreError {
      throw PortabilityError.store(error)
    }
    if case .sqlite(let file?) = target, finding.problems.isEmpty {
      do {
        try FileManager.default.moveItem(atPath: database, toPath: file)
      } catch {
        throw PortabilityError.file(path: file, act: "create", errno: EIO)
      }
    }
    return finding
  }

  /// No clock is asked here, so any zone will do.
  private static let zone = ZoneRules(start: { Instant(seconds: $0.dayNumber * 86_400) }, day: { _ in nil })

  private func store(_ database: String) throws -> any TenantStore {
    do {
      switch target {
      case .sqlite: return try SQLiteStore(path: database, access: .readOnly, zone: Self.zone)
      case .postgreSQL(let url): return try PostgreSQLStore(url: url, schema: nil, access: .readOnly, zone: Self.zone)
      }
    } catch {
      throw PortabilityError.store(error)
    }
  }

  /// Only the payload: nothing else is needed, and no name in it leads out of the folder.
  private func unpack(to folder: String) throws {
    var open: FileHandle?
    try package.source.forEachFile { name in
      try open?.close()
      open = nil
      let path = name.split(separator: "/", maxSplits: 1).last.map(String.init) ?? ""
      let parts = path.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.first == "data", parts.count > 1, parts.allSatisfy({ !["", ".", ".."].contains($0) }) else { return { _ in } }
      let target = "\(folder)/\(path)"
      try FileManager.default.createDirectory(
        atPath: (target as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      guard FileManager.default.createFile(atPath: target, contents: nil), let file = FileHandle(forWritingAtPath: target) else {
        throw PortabilityError.file(path: target, act: "create", errno: EIO)
      }
      open = file
      return { bytes in
        do {
          try file.write(contentsOf: Data(bytes))
        } catch {
          throw PortabilityError.file(path: target, act: "write", errno: ENOSPC)
        }
      }
    }
    try open?.close()
  }

  /// Runs the script with the program of its engine. What that says may hold values of records, so it is not repeated.
  private func run(in folder: String, database: String) throws -> Bool {
    let (script, program, arguments) =
      switch target {
      case .sqlite: ("schema/sqlite-import.sql", "sqlite3", ["-batch", "-bail", database])
      case .postgreSQL(let url):
        ("schema/postgresql-import.sql", "psql", ["-X", "-q", "-d", url, "-f", "-"])
      }
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
    guard let path = folders.map({ "\($0)/\(program)" }).first(where: FileManager.default.isExecutableFile) else {
      throw PortabilityError.scope("the program \(program) is missing, which restores a package; install it, or leave out --restore")
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    guard let input = FileHandle(forReadingAtPath: "\(folder)/\(script)") else {
      throw PortabilityError.damaged(path: package.source.path, problem: "it has no data/\(script)")
    }
    process.standardInput = input
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  /// Whether an engine is SQLite before 3.43.
  private static func readsLoosely(_ engine: String) -> Bool {
    let version = engine.split(separator: ".")
    return engine.hasPrefix("SQLite 3.") && version.count > 1 && (Int(version[1]) ?? 43) < 43
  }

  private func compare(_ store: any TenantStore) throws -> VerifiedPackage.Finding {
    var problems: [String] = []
    var rows = 0
    let schema = try store.schema()
    let isSame = package.evidence.engine.prefix(4) == store.engine.prefix(4)
    let resources = Dictionary(package.descriptor.resources.map { ($0.path, $0) }) { first, _ in first }
    var folders = FileNames()
    let names = package.evidence.tables.map(\.table)
    let restored = !isSame && store.engine.hasPrefix("SQLite") ? SQLiteImport.apart(names) : names
    for (table, name) in zip(package.evidence.tables, restored) {
      guard let resource = resources[table.path] else { continue }
      let beside = name.hasPrefix("public.") ? PostgreSQLImport.besidePublic + name.dropFirst("public".count) : name
      guard let there = schema.table(name) ?? schema.table(beside), let layout = try store.layout(of: there) else {
        problems.append("table \(table.table) was not restored")
        continue
      }
      progress("\(table.table): comparing")
      let names = layout.columns.map { "files/" + folders.name(for: "\(resource.fileName).\($0.name)") }
      let selection = CopySelection(layout, where: .constant(true))
      guard isSame else {
        var count = 0
        try store.copyOut(selection) { _ in count += 1 }
        rows += count
        if count != table.writtenRows {
          problems.append("table \(table.table) came back with \(count) rows, and the package has \(table.writtenRows)")
        }
        continue
      }
      let restored = try RestoredTable(
        selection, from: store, resource: resource, folders: names, spoolFolder: FileManager.default.temporaryDirectory.path)
      rows += restored.rows
      let lost = restored.problems(against: resource, digests: package.digests)
      problems += lost.map { "table \(table.table) \($0)" }
      if !lost.isEmpty, resource.schema.fields.contains(where: { $0.type == "number" }), Self.readsLoosely(store.engine) {
        problems.append("\(store.engine) takes some numbers of more than 15 digits for the number next to them, 3.43 does not")
      }
    }
    return .init(step: "restore", checked: rows, problems: problems)
  }
}

extension DataPackage.Resource {
  /// The name of its file, without folder and ending.
  fileprivate var fileName: String { String(path.dropFirst("tables/".count).dropLast(".csv".count)) }
}

/// A table of a restored database, written as its package's table was.
private struct RestoredTable {
  private(set) var rows = 0
  private var hash = ""
  private var digest = ""
  private var types: String?
  private var files: [String: String] = [:]

  init(
    _ selection: CopySelection, from store: any TenantStore, resource: DataPackage.Resource, folders: [String], spoolFolder: String
  ) throws {
    var writer = TableWriter(
      layout: selection.layout, fileName: resource.fileName, folders: folders, nullMarker: resource.schema.missingValues.first ?? "",
      spoolFolder: spoolFolder)
    var sum = Digest()
    func take(_ bytes: [UInt8]) { sum.update(bytes) }
    try writer.writeHeader(take)
    var files: [String: String] = [:]
    var large: [TableWriter.LargeValue] = []
    try store.copyOut(selection) { row in
      try writer.add(row, take)
      large += writer.forEachFile(of: row, at: writer.rows) { path, bytes in files["data/" + path] = Digest.hex(of: Array(bytes)) }
    }
    for one in large {
      var sum = Digest()
      try store.readLarge(one.column, of: selection.layout, at: one.locator) { sum.update($0) }
      files["data/" + one.path] = sum.hex
    }
    try writer.finish(take)
    if writer.types.size > 0 {
      var sum = Digest()
      sum.update(Array(TableWriter.typesHeader.utf8))
      try writer.types.read { sum.update($0) }
      types = sum.hex
    }
    (rows, hash, digest, self.files) = (writer.rows, writer.hash.text, sum.hex, files)
  }

  func problems(against resource: DataPackage.Resource, digests: [String: String]) -> [String] {
    guard rows == resource.rowCount else { return ["came back with \(rows) rows, and the package has \(resource.rowCount)"] }
    guard hash == resource.exportedMultisetHash else { return ["came back with other rows or columns than the package has"] }
    var problems: [String] = []
    // Rows in another order have their odd values at other places.
    if "sha256:\(digest)" == resource.hash, types != resource.typesPath.flatMap({ digests["data/" + $0] }) {
      problems.append("came back with values of other classes than the package has")
    }
    let lost = files.filter { digests[$0.key] != $0.value }.count
    if lost > 0 { problems.append("came back with \(lost) large values that are not those of the package") }
    return problems
  }
}
