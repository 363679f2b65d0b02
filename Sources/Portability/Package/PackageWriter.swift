import Foundation
import Retention
public import Stores

/// Writes a package: a ZIP file with a bag (BagIt 1.0), whose payload is a Frictionless Data Package of CSV files.
///
/// Everything is read in one snapshot and written once, from beginning to end: memory does not grow with the data. The package
/// has no time in it but a day, so that the bag of unchanged data is the same byte for byte.
public struct PackageWriter {
  private let request: ExportRequest
  let store: any TenantStore
  private let spoolFolder: String
  let progress: (String) -> Void

  /// - Parameters:
  ///   - spoolFolder: a folder in which temporary files without a name may be made.
  ///   - progress: hears lines for people.
  public init(_ request: ExportRequest, from store: any TenantStore, spoolFolder: String, progress: @escaping (String) -> Void) {
    self.request = request
    self.store = store
    self.spoolFolder = spoolFolder
    self.progress = progress
  }

  /// Where a package goes.
  enum Destination {
    /// To a file, whose top folder gets its name when the last row has been read: then each row is read once. What is whole in it
    /// is noted, and taken over if it was noted before and nothing has changed since.
    case file(OutputFile, Checkpoints)
    /// Away as it is written: the closure is given the package's name and answers where its bytes go. The database hashes all rows before,
    /// because the first bytes carry the name.
    case stream((String) throws -> ([UInt8]) throws -> Void)
  }

  /// Writes the package.
  func write(to destination: Destination) throws -> ExportSummary {
    do {
      return try store.inSnapshot { try writeSnapshot(destination) }
    } catch let error as StoreError {
      throw PortabilityError.store(error)
    }
  }

  private func writeSnapshot(_ destination: Destination) throws -> ExportSummary {
    let scope: ReturnScope
    let schema = try store.schema()
    do {
      scope = try ReturnScope(policy: request.policy, schema: schema, extent: request.extent, nature: request.nature)
    } catch {
      throw PortabilityError(error)
    }
    let preparation: Preparation
    let bag: BagWriter
    let top: String
    var written: [WrittenTable] = []
    var note: (WrittenTable) throws -> Void = { _ in }
    switch destination {
    case .file(let file, let checkpoints):
      preparation = try Preparation(scope: scope, map: request.policy.map, from: store, surveying: false, progress)
      top = name("00000000")
      (bag, written) = try beginning(file, checkpoints, preparation.tables, top)
      note = { [bag] in try checkpoints.add(Checkpoints.Table($0, end: bag.length), in: file) }
    case .stream(let open):
      preparation = try Preparation(scope: scope, map: request.policy.map, from: store, surveying: true, progress)
      top = name(request.identity(of: preparation.surveys))
      bag = try begun(in: .stream(try open(top)), top)
    }
    defer { bag.stop() }
    for table in preparation.tables.dropFirst(written.count) {
      let one = try write(table, to: bag)
      written.append(one)
      try note(one)
    }
    let day = request.day.description
    var attachments = Attachments(roots: request.policy.tenant.fileRoots)
    for table in written { try attachments.write(table.table, from: store, to: bag, spoolFolder: spoolFolder) }
    let index = try attachments.writeIndex(to: bag)
    for copy in request.copies {
      try copy.write(written, from: store, to: bag, day: day, spoolFolder: spoolFolder, progress: progress)
    }
    let identity = request.identity(of: written.map { ($0.table, $0.rows, $0.sourceHash) })
    let name = name(identity)
    let objects = try store.objects()
    let restore = RestoreScripts(
      tables: written, objects: objects, engine: store.engine, schema: request.policy.tenant.store.schema, graph: scope.graph)
    try bag.add("data/schema/source.sql", restore.source)
    try bag.add("data/schema/postgresql-import.sql", restore.postgreSQL)
    try bag.add("data/schema/sqlite-import.sql", restore.sqlite)
    try bag.add("data/schema/objects.csv", restore.objectList)

    let orphans = try self.orphans(written, scope.graph)
    let descriptor = DescriptorBuilder(request: request, tables: written, index: index, graph: scope.graph, orphans: orphans, name: name)
    let evidence = evidence(identity, written, preparation, attachments, orphans, try later(written, scope.graph), objects)
    try bag.add("data/evidence/export.json", try Self.json(evidence))
    try bag.add("data/datapackage.json", try Self.json(descriptor.package))
    let pages = ReadmePages(request: request, evidence: evidence, package: descriptor.package, name: name)
    try bag.add("LEESMIJ.html", pages.dutch)
    try bag.add("README.html", pages.english)
    let info = [
      ("Source-Organization", request.policy.tenant.controller.name), ("Bagging-Date", day), ("External-Identifier", name),
      ("Bag-Software-Agent", request.tool),
      ("External-Description", "Teruggave van persoonsgegevens / return of personal data, agreement \(request.policy.agreement.name)"),
    ]
    try bag.finish(info: info, naming: name == top ? nil : name)
    return ExportSummary(name: name, evidence: evidence)
  }

  /// The package's name; all that is not its identity is known from the beginning.
  private func name(_ identity: String) -> String {
    "teruggave-\(FileNames.plain(request.policy.tenant.id))-\(request.day.description.filter { $0 != "-" })-\(identity.prefix(8))"
  }

  func begun(in output: ArchiveOutput, _ top: String) throws -> BagWriter {
    BagWriter(
      try ZipWriter(day: request.day.description, spoolFolder: spoolFolder, to: output), top: top, spoolFolder: spoolFolder)
  }

  private func write(_ table: TablePart, to bag: BagWriter) throws -> WrittenTable {
    // Two routes: a statement of its own counts the rows, and the database hashes the values it holds; the writer counts and hashes lines.
    let rows = try table.survey?.rows ?? store.rowCount(of: table.selection)
    var writer = TableWriter(
      layout: table.layout, fileName: table.fileName, folders: table.folders, nullMarker: table.nullMarker, spoolFolder: spoolFolder)
    let path = "tables/\(table.fileName).csv"
    try bag.begin("data/" + path)
    try writer.writeHeader(bag.write)
    let hash = try store.copyOut(table.selection, hashing: table.survey == nil) { row in
      try writer.add(row, bag.write)
      if writer.rows.isMultiple(of: 100_000) { progress("\(table.name): \(writer.rows) of \(rows) rows") }
    }
    if writer.isMarkerTaken {
      precondition(table.survey == nil, "a survey finds a marker that no value is")
      progress("\(table.name): begun anew, because a value is what stands for NULL")
      try bag.abandon()
      return try write(table.withNextMarker, to: bag)
    }
    try writer.finish(bag.write)
    let file = try bag.end()
    guard writer.rows == rows else {
      throw PortabilityError.damaged(
        path: table.name, problem: "\(writer.rows) rows were read where the database counted \(rows)")
    }
    var typesPath: String?
    if writer.types.size > 0 {
      typesPath = "tables/\(table.fileName).types.csv"
      try bag.begin("data/tables/\(table.fileName).types.csv")
      try bag.write(Array(TableWriter.typesHeader.utf8))
      try writer.types.read(bag.write)
      try bag.end()
    }
    if writer.hasFiles {
      var place = 0
      var large: [TableWriter.LargeValue] = []
      try store.copyOut(table.selection) { row in
        place += 1
        large += try writer.forEachFile(of: row, at: place) { path, bytes in
          try bag.begin("data/" + path)
          try bag.write(Array(bytes))
          try bag.end()
        }
      }
      for one in large {
        progress("\(table.name): writing a large value")
        try bag.begin("data/" + one.path)
        try store.readLarge(one.column, of: table.layout, at: one.locator, bag.write)
        try bag.end()
      }
    }
    return WrittenTable(
      table: table, file: file, path: path, typesPath: typesPath, rows: writer.rows, hash: writer.hash.text,
      sourceHash: table.survey?.hash ?? hash, seen: writer.seen, hasFiles: writer.hasFiles)
  }

  private func orphans(_ tables: [WrittenTable], _ graph: ReferenceGraph) throws -> [Reference: Int] {
    let parts = Dictionary(uniqueKeysWithValues: tables.map { ($0.table.name, $0) })
    var found: [Reference: Int] = [:]
    for reference in graph.references where parts[reference.target] != nil {
      guard let own = parts[reference.table] else { continue }
      let rows = Condition.conjunction([own.table.part.condition, .orphans(of: reference)])
      let count = try store.rowCount(of: CopySelection(own.layout, where: rows))
      if count > 0 { found[reference] = count }
    }
    return found
  }

  /// References to rows that are not in this package because they end later; nil where that is not what it was made for.
  private func later(_ tables: [WrittenTable], _ graph: ReferenceGraph) throws -> [Reference: Int]? {
    guard case .ending = request.extent else { return nil }
    let parts = Dictionary(uniqueKeysWithValues: tables.map { ($0.table.name, $0) })
    var found: [Reference: Int] = [:]
    for reference in graph.references {
      let target = parts[reference.target]
      guard let own = parts[reference.table], own.rows > 0, !own.table.part.isShared, target?.table.part.isShared != true else { continue }
      func naming(_ rows: Condition) throws(StoreError) -> Int {
        try store.rowCount(of: CopySelection(own.layout, where: .all([own.table.part.condition, rows])))
      }
      // Those that name a row of this package are asked for from these few rows outward, not the many that name another.
      var count = try naming(.parent(reference, .constant(true)))
      if let target, target.rows > 0, count > 0 { count -= try naming(.belonging(reference, to: target.table.part.condition)) }
      if count > 0 { found[reference] = count }
    }
    return found
  }

  private func evidence(
    _ identity: String, _ tables: [WrittenTable], _ preparation: Preparation, _ attachments: Attachments, _ orphans: [Reference: Int],
    _ later: [Reference: Int]?, _ objects: [SchemaObject]
  ) -> ExportEvidence {
    let scope: ExportEvidence.Scope
    let nature = request.nature == .raw ? "raw" : "all"
    switch request.extent {
    case .tenant: scope = .init(extent: "tenant", tables: nil, subjectType: nil, subject: nil, nature: nature)
    case .tables(let names): scope = .init(extent: "tables", tables: names, subjectType: nil, subject: nil, nature: nature)
    case .subject(let type, let value, _):
      scope = .init(extent: "subject", tables: nil, subjectType: type, subject: value, nature: nature)
    case .ending(let rows):
      scope = .init(
        extent: "ending", tables: nil, subjectType: nil, subject: nil, nature: nature, after: rows.after?.description,
        until: rows.until.description)
    }
    let views = objects.filter { ["view", "materialized view"].contains($0.kind) }
    return ExportEvidence(
      tool: request.tool, export: identity, tenant: request.policy.tenant.id, controller: request.policy.tenant.controller.name,
      agreement: request.policy.agreement.name, engine: store.engine, day: request.day.description, scope: scope,
      tables: tables.map(\.evidence),
      leftOut: preparation.leftOut + views.map { .init(table: $0.name, column: nil, reason: "view") },
      files: .init(written: attachments.written, missing: attachments.missing),
      orphans: ExportEvidence.Orphans.list(orphans), later: later.map(ExportEvidence.Orphans.list),
      copies: request.copies.isEmpty ? nil : request.copies)
  }

  /// JSON that is the same for the same value.
  static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
  }
}

/// A table in the package.
struct WrittenTable {
  let table: TablePart
  let file: BagWriter.Written
  /// Its file, below `data`.
  let path: String
  /// Its sidecar, below `data`.
  let typesPath: String?
  let rows: Int
  /// The hash of the lines that were written.
  let hash: String
  /// The hash that the database computed.
  let sourceHash: UInt64
  let seen: [Seen]
  /// Whether some values are files.
  let hasFiles: Bool

  var layout: CopyLayout { table.layout }
  /// By column, the type that fits all that was seen.
  var types: [ColumnType] { zip(layout.columns, seen).map { ColumnType($0.form, $1) } }

  /// 16 lower-case hexadecimal digits.
  static func hex(_ hash: UInt64) -> String {
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }

  var evidence: ExportEvidence.TableEvidence {
    .init(
      table: table.name, path: path, sourceRows: rows, writtenRows: rows, bytes: file.size, sha256: file.sha256,
      sourceMultisetHash: Self.hex(sourceHash), exportedMultisetHash: hash, shared: table.part.isShared)
  }
}

extension PortabilityError {
  init(_ error: ReturnError) {
    self =
      switch error {
      case .decision(let error): .decision(error)
      case .noTable(let name, let known): .scope("the database has no table '\(name)'; it has: \(known.joined(separator: ", "))")
      case .noSubject(let map): .scope("the data map \(map) names no table of people; add 'subject:' to it")
      }
  }
}
