import PostgreSQL
import Residue

/// Searches the files of a tenant's tables, and of the catalog that samples them, through the server.
///
/// Values that a person gives are looked for in the write-ahead log as well. Those of erased rows are not: all databases of the server
/// share the log, and what another tenant writes there is no residue of this one.
struct PostgreSQLResidueSearch {
  let question: ResidueQuestion
  let schemas: [String]

  /// A file of the server with what it is for.
  private struct File {
    let path: String
    let size: Int
    let kind: Kind
  }

  private enum Kind: String {
    case table = "r"
    case toast = "t"
    case view = "m"
    case index = "i"
    case statistics = "s"
    case log = "l"
  }

  /// Bytes of a segment of a relation, and of what is read at once.
  private static let (segment, piece) = (1 << 30, 1 << 20)

  func run(_ database: borrowing PostgreSQL.Connection) throws -> ResidueFindings {
    // What is only in the server's memory would not be seen.
    try database.execute("CHECKPOINT")
    var files = try files(database)
    let log = try log(database)
    files += log ?? []
    let pageSize = Int(try database.text("SHOW block_size") ?? "") ?? 8192
    let size = files.reduce(0) { $0 + $1.size }
    let probes = question.probes(searching: size, forms: Self.forms) { [$0] }
    var random = SystemRandomNumberGenerator()
    let control = PositiveControl(using: &random)
    let scanner = Scanner(probes.patterns + control.patterns, in: PairFrequencies())
    var findings = ResidueFindings(patterns: probes.patterns.count, rowsCovered: probes.rowsCovered)
    if log == nil { findings.obstacle = .rights }
    var found: [Found: Int] = [:]
    for file in files {
      var position = 0
      while position < file.size {
        let bytes = try read(file, at: position, database)
        guard !bytes.isEmpty else { break }
        if findings.controls.of == 0 {
          findings.controls.of = control.patterns.count
          findings.controls.seen = control.found(in: bytes, by: scanner, first: probes.patterns.count, using: &random)
        }
        for start in Swift.stride(from: 0, to: bytes.count, by: pageSize) {
          examine(Array(bytes[start..<min(bytes.count, start + pageSize)]), of: file.kind, scanner, &findings, &found)
        }
        position += bytes.count
        findings.bytes.seen += bytes.count
      }
    }
    for hit in scanner.hits(in: try samples(database)) { found[Found(pattern: hit.pattern, region: .statistics), default: 0] += 1 }
    findings.bytes.of = findings.bytes.seen
    let living = Set(found.keys.filter { $0.region == nil }.map(\.pattern))
    findings.livingOn = living.count
    for (place, count) in found where !living.contains(place.pattern) {
      if let region = place.region { findings.hits[region, default: 0] += count }
    }
    return findings
  }

  private struct Found: Hashable {
    let pattern: Int
    /// Nil in a row that somebody can still see.
    let region: ResidueFindings.Region?
  }

  private static func forms(_ row: ErasedRow) -> [Form] {
    row.columns.compactMap { value in if case .text(let text) = value { Form(text) } else { nil } }
  }

  private func examine(_ bytes: [UInt8], of kind: Kind, _ scanner: Scanner, _ findings: inout ResidueFindings, _ found: inout [Found: Int])
  {
    let isHeap = kind != .index && kind != .log
    let page = isHeap ? HeapPage(bytes) : nil
    if isHeap {
      findings.pages.of += 1
      if let page {
        findings.pages.seen += 1
        // The catalog of samples is changed by every ANALYZE of any table; only values say something about it.
        if kind != .statistics, page.hasSlack || !page.dead.isEmpty { findings.dirtyPages += 1 }
      }
    }
    for hit in scanner.hits(in: bytes) {
      let isLive = page?.live.contains { $0.contains(hit.position) } ?? false
      let isDead = page?.dead.contains { $0.contains(hit.position) } ?? false
      let region: ResidueFindings.Region? =
        switch kind {
        case .index: .index
        case .statistics: .statistics
        case .log: .journal
        case .view: .derived
        case .table, .toast: isLive ? nil : isDead ? .deadRows : .slack
        }
      found[Found(pattern: hit.pattern, region: region), default: 0] += 1
    }
  }

  private func files(_ database: borrowing PostgreSQL.Connection) throws(PostgreSQLError) -> [File] {
    let result = try database.fetch(
      """
      WITH mine AS (SELECT c.oid, c.reltoastrelid, c.relkind::text AS kind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
      WHERE n.nspname = ANY ($1::text[]) AND c.relkind IN ('r', 'm')), \
      tables AS (SELECT oid, kind FROM mine UNION ALL SELECT reltoastrelid, CASE kind WHEN 'm' THEN 'm' ELSE 't' END FROM mine WHERE reltoastrelid <> 0 \
      UNION ALL SELECT oid, 's' FROM pg_class WHERE oid = 'pg_statistic'::regclass \
      UNION ALL SELECT reltoastrelid, 's' FROM pg_class WHERE oid = 'pg_statistic'::regclass AND reltoastrelid <> 0), \
      relations AS (SELECT oid, kind FROM tables UNION ALL SELECT i.indexrelid, 'i' FROM pg_index i JOIN tables t ON t.oid = i.indrelid AND t.kind <> 's') \
      SELECT pg_relation_filepath(oid), pg_relation_size(oid), kind FROM relations WHERE pg_relation_filepath(oid) IS NOT NULL ORDER BY 3, 1
      """, [.textArray(schemas)])
    var files: [File] = []
    for index in 0..<result.count {
      guard let kind = Kind(rawValue: try result[index].text(2)) else { continue }
      files.append(File(path: try result[index].text(0), size: Int(try result[index].integer(1)), kind: kind))
    }
    return files
  }

  /// The files of the log, as far as they are to be searched; nil when the account may not list them.
  private func log(_ database: borrowing PostgreSQL.Connection) throws(PostgreSQLError) -> [File]? {
    guard case .values = question else { return [] }
    do {
      return try WriteAheadLog.segments(database).map { File(path: $0.path, size: $0.size, kind: .log) }
    } catch  where error.code == .insufficientPrivilege {
      return nil
    }
  }

  /// The planner's samples as text: in the file most of them are compressed.
  private func samples(_ database: borrowing PostgreSQL.Connection) throws(PostgreSQLError) -> [UInt8] {
    do {
      let result = try database.fetch(
        """
        SELECT concat_ws(' ', stavalues1::text, stavalues2::text, stavalues3::text, stavalues4::text, stavalues5::text) FROM pg_statistic s \
        JOIN pg_class c ON c.oid = s.starelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY ($1::text[])
        """, [.textArray(schemas)])
      var bytes: [UInt8] = []
      for index in 0..<result.count { bytes += try result[index].text(0).utf8 + [0x20] }
      return bytes
    } catch  where error.code == .insufficientPrivilege {
      return []
    }
  }

  private func read(_ file: File, at position: Int, _ database: borrowing PostgreSQL.Connection) throws(PostgreSQLError) -> [UInt8] {
    let segment = position / Self.segment
    let result = try database.fetch(
      "SELECT pg_read_binary_file($1, $2, $3, true)",
      [
        .text(segment == 0 ? file.path : "\(file.path).\(segment)"), .integer(Int64(position % Self.segment)), .integer(Int64(Self.piece)),
      ])
    guard result.count == 1, !result[0].isNull(0) else { return [] }
    return try result[0].bytes(0)
  }
}
