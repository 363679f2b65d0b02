import PostgreSQL
import Residue

/// Searches the files of a tenant's tables, and of the catalog that samples them, through the server.
///
/// Values that a person gives are looked for in what the tenant shares with others as well: the write-ahead log, large objects, the
/// server's own log, and the statements that it collected. Those of erased rows are not: what another tenant writes there is no residue
/// of this one.
struct PostgreSQLResidueSearch {
  let question: ResidueQuestion
  let schemas: [String]

  /// A file of the server with what it is for.
  private struct File {
    let path: String
    let size: Int
    let kind: Kind
    /// The number of its table where the rows are chunks of large values.
    var chunks: Int?
    /// How its rows are laid out, where columns were dropped.
    var layout: RowLayout?
  }

  private enum Kind: String {
    case table = "r"
    case toast = "t"
    case view = "m"
    case index = "i"
    case statistics = "s"
    case log = "l"
    case largeObjects = "o"
    case serverLog = "e"

    /// Whether its pages are those of a table.
    var isHeap: Bool { ![.index, .log, .serverLog].contains(self) }
    /// Whether others than the tenant change it: then only values say something about it.
    var isShared: Bool { self == .statistics || self == .largeObjects }
  }

  /// Bytes of a segment of a relation, and of what is read at once.
  private static let (segment, piece) = (1 << 30, 1 << 20)

  func run(_ database: borrowing PostgreSQL.Connection) throws -> ResidueFindings {
    // What is only in the server's memory would not be seen.
    try database.execute("CHECKPOINT")
    var files = try files(database)
    var findings = ResidueFindings()
    var shared = PostgreSQLSharedPlaces()
    if searchesShared {
      shared = try PostgreSQLSharedPlaces(database)
      files += shared.segments.map { File(path: $0.path, size: $0.size, kind: .log) }
      files += shared.serverLogs.map { File(path: $0.path, size: $0.size, kind: .serverLog) }
      findings.unsearched = shared.unsearched
      if shared.lacksRights { findings.obstacle = .rights }
    }
    let (pageSize, logPageSize) = (try number("block_size", database), try number("wal_block_size", database))
    let size = files.reduce(0) { $0 + $1.size }
    let encoded = try encoded(database)
    let probes = question.probes(
      searching: size,
      forms: { row in
        row.columns.compactMap { value in if case .text(let text) = value { Form(encoded[text] ?? text, of: text) } else { nil } }
      }
    ) { [encoded[$0] ?? $0] }
    var random = SystemRandomNumberGenerator()
    let control = PositiveControl(besides: probes.patterns, using: &random)
    let scanner = Scanner(probes.patterns + control.patterns, in: PairFrequencies())
    (findings.patterns, findings.rowsCovered) = (probes.patterns.count, probes.rowsCovered)
    var found: [Found: Int] = [:]
    func note(_ pattern: Int, _ region: ResidueFindings.Region?) { found[Found(pattern: pattern, region: region), default: 0] += 1 }
    // Tables come before those of their large values.
    var droppedLarge: Set<LargeValue> = []
    for file in files {
      var position = 0
      var text = StreamScan(scanner)
      var compressed = CompressedSearch<ResidueFindings.Region?>(scanner, pageSize: pageSize)
      while position < file.size {
        let bytes = try read(file, at: position, database)
        guard !bytes.isEmpty else { break }
        if findings.controls.of == 0 {
          findings.controls.of = control.patterns.count
          findings.controls.seen = control.found(in: bytes, by: scanner, first: probes.patterns.count, using: &random)
        }
        switch file.kind {
        case .serverLog: text.add(bytes) { note($0.pattern, .serverLog) }
        case .log:
          let content = Self.pages(of: bytes, logPageSize).reduce(into: []) { $0 += LogPage.content(of: $1) }
          text.add(content) { note($0.pattern, .journal) }
          compressed.add(log: content, place: .journal, note)
        default:
          for page in Self.pages(of: bytes, pageSize) {
            examine(Array(page), of: file, scanner, &compressed, &droppedLarge, &findings, note)
          }
        }
        position += bytes.count
        findings.bytes.seen += bytes.count
      }
      text.finish { note($0.pattern, file.kind == .log ? .journal : .serverLog) }
      compressed.finish(place: .journal, note)
      if compressed.isIncomplete { findings.unsearched.insert(.scattered) }
    }
    for hit in scanner.hits(in: shared.statements) { note(hit.pattern, .statements) }
    if searchesShared {
      var objects = StreamScan(scanner)
      let mayRead = try PostgreSQLSharedPlaces.forEachPageOfUnnamedObjects(database) {
        objects.add($0) { note($0.pattern, .largeObjects) }
      }
      objects.finish { note($0.pattern, .largeObjects) }
      if !mayRead { findings.obstacle = .rights }
    }
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

  private var searchesShared: Bool { if case .values = question { true } else { false } }

  /// The texts that a database in another encoding than UTF-8 holds in other bytes. One that has a character which that encoding lacks
  /// was never there.
  private func encoded(_ database: borrowing PostgreSQL.Connection) throws(PostgreSQLError) -> [[UInt8]: [UInt8]] {
    guard try database.text("SELECT getdatabaseencoding()") != "UTF8" else { return [:] }
    var encoded: [[UInt8]: [UInt8]] = [:]
    for text in question.texts where encoded[text] == nil && text.contains(where: { $0 >= 0x80 }) {
      guard let characters = String(validating: text, as: UTF8.self) else { continue }
      do {
        encoded[text] = try database.bytes("SELECT convert_to($1, getdatabaseencoding())", [.text(characters)])
      } catch  where error.code == .untranslatableCharacter {
        continue
      }
    }
    return encoded
  }

  private static func pages(of bytes: [UInt8], _ size: Int) -> some Sequence<ArraySlice<UInt8>> {
    stride(from: 0, to: bytes.count, by: size).lazy.map { bytes[$0..<min(bytes.count, $0 + size)] }
  }

  private func examine(
    _ bytes: [UInt8], of file: File, _ scanner: Scanner, _ compressed: inout CompressedSearch<ResidueFindings.Region?>,
    _ droppedLarge: inout Set<LargeValue>, _ findings: inout ResidueFindings, _ note: (Int, ResidueFindings.Region?) -> Void
  ) {
    let page = file.kind.isHeap ? HeapPage(bytes, layout: file.layout) : nil
    if file.kind.isHeap {
      findings.pages.of += 1
      if let page {
        droppedLarge.formUnion(page.droppedLarge)
        findings.pages.seen += 1
        if !file.kind.isShared, page.hasSlack || !page.dead.isEmpty || !page.dropped.isEmpty { findings.dirtyPages += 1 }
      }
    }
    func isDropped(_ row: Range<Int>) -> Bool {
      file.chunks.map { droppedLarge.contains(LargeValue(ofChunk: row, in: bytes, of: $0)) } ?? false
    }
    func region(of position: Int) -> ResidueFindings.Region? {
      func lies(in ranges: [Range<Int>]?) -> Bool { ranges?.contains { $0.contains(position) } ?? false }
      let isLive = (page?.live.first { $0.contains(position) }).map { !isDropped($0) && !lies(in: page?.dropped) } ?? false
      return switch file.kind {
      case .index: .index
      case .statistics: .statistics
      case .log: .journal
      case .serverLog: .serverLog
      case .view: .derived
      case .table, .toast, .largeObjects: isLive ? nil : lies(in: page?.dead) ? .deadRows : .slack
      }
    }
    func noteUnlessNamed(_ pattern: Int, _ region: ResidueFindings.Region?) {
      // Whether anybody names a large object is asked of the server.
      if region != nil || file.kind != .largeObjects { note(pattern, region) }
    }
    for hit in scanner.hits(in: bytes) { noteUnlessNamed(hit.pattern, region(of: hit.position)) }
    compressed.add(page: bytes, hasChunks: file.chunks != nil, place: region, noteUnlessNamed)
  }

  private func number(_ setting: String, _ database: borrowing PostgreSQL.Connection) throws(PostgreSQLError) -> Int {
    let result = try database.fetch("SELECT current_setting($1)::bigint", [.text(setting)])
    return Int(try result[0].integer(0))
  }

  private func files(_ database: borrowing PostgreSQL.Connection) throws(PostgreSQLError) -> [File] {
    let result = try database.fetch(
      """
      WITH mine AS (SELECT c.oid, c.reltoastrelid, c.relkind::text AS kind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
      WHERE n.nspname = ANY ($1::text[]) AND c.relkind IN ('r', 'm')), \
      tables AS (SELECT oid, kind FROM mine UNION ALL SELECT reltoastrelid, CASE kind WHEN 'm' THEN 'm' ELSE 't' END FROM mine WHERE reltoastrelid <> 0 \
      UNION ALL SELECT unnest(ARRAY[oid, nullif(reltoastrelid, 0)]), 's' FROM pg_class \
      WHERE oid IN ('pg_statistic'::regclass, 'pg_statistic_ext_data'::regclass) \
      UNION ALL SELECT 'pg_largeobject'::regclass, 'o' WHERE $2), \
      relations AS (SELECT oid, kind FROM tables UNION ALL SELECT i.indexrelid, 'i' FROM pg_index i JOIN tables t ON t.oid = i.indrelid AND t.kind NOT IN ('s', 'o')) \
      SELECT pg_relation_filepath(r.oid), pg_relation_size(r.oid), r.kind, r.oid::bigint, c.relkind = 't' \
      FROM relations r JOIN pg_class c USING (oid) \
      WHERE pg_relation_filepath(r.oid) IS NOT NULL ORDER BY 3, 1
      """, [.textArray(schemas), .bool(searchesShared)])
    let layouts = try layouts(database)
    var files: [File] = []
    for index in 0..<result.count {
      guard let kind = Kind(rawValue: try result[index].text(2)) else { continue }
      files.append(
        File(
          path: try result[index].text(0), size: Int(try result[index].integer(1)), kind: kind,
          chunks: try result[index].bool(4) ? Int(try result[index].integer(3)) : nil, layout: layouts[try result[index].integer(3)]))
    }
    return files
  }

  /// How the rows of those tables are laid out of which columns were dropped.
  private func layouts(_ database: borrowing PostgreSQL.Connection) throws(PostgreSQLError) -> [Int64: RowLayout] {
    let result = try database.fetch(
      """
      SELECT a.attrelid::bigint, a.attlen, a.attalign::text, a.attisdropped FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid \
      JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY ($1::text[]) AND c.relkind IN ('r', 'm') AND a.attnum > 0 \
      AND EXISTS (SELECT FROM pg_attribute d WHERE d.attrelid = a.attrelid AND d.attisdropped) ORDER BY 1, a.attnum
      """, [.textArray(schemas)])
    var columns: [Int64: [RowLayout.Column]] = [:]
    for index in 0..<result.count {
      let row = result[index]
      let column = RowLayout.Column(length: Int(try row.integer(1)), alignment: try row.text(2), isDropped: try row.bool(3))
      if let column { columns[try row.integer(0), default: []].append(column) }
    }
    return columns.mapValues(RowLayout.init)
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
