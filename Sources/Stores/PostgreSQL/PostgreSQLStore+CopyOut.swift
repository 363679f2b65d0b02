import PostgreSQL
public import Retention

extension PostgreSQLStore {
  /// Runs `body` in one repeatable-read, read-only transaction.
  public func inSnapshot<Result>(_ body: () throws -> Result) throws -> Result {
    if database.isInTransaction { return try body() }
    do {
      return try database.transaction(.repeatableRead, isReadOnly: true) {
        // Scans that begin where another one is give the rows of an unchanged table in another order each time. While a package is read
        // again, the server waits.
        try database.execute(
          "SET LOCAL synchronize_seqscans = off; SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")
        return try body()
      }
    } catch let error as PostgreSQLError {
      throw StoreError.postgreSQL(error)
    }
  }

  /// How a table is copied out; nil for one without columns, and for a foreign one, whose rows are elsewhere.
  public func layout(of table: Table) throws(StoreError) -> CopyLayout? {
    guard [.table, .partitioned].contains(table.kind) else { return nil }
    guard let place = catalog.places[table.name] else { throw .missing(table: table.name, column: nil) }
    return try speaking { database throws(PostgreSQLError) in
      // The type below all domains decides what values look like.
      let result = try database.fetch(
        """
        WITH RECURSIVE base(attnum, oid) AS (SELECT attnum, atttypid FROM pg_attribute WHERE attrelid = \(Self.oid) AND attnum > 0 \
        AND NOT attisdropped UNION ALL SELECT b.attnum, t.typbasetype FROM base b JOIN pg_type t ON t.oid = b.oid AND t.typtype = 'd') \
        SELECT a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull, a.attgenerated <> '', t.typname, t.typcategory::text, \
        n.nspname = 'pg_catalog', \
        ARRAY(SELECT enumlabel FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY enumsortorder)::text[], \(PostgreSQLCatalog.mayNameLargeObject) \
        FROM pg_attribute a JOIN base b ON b.attnum = a.attnum JOIN pg_type t ON t.oid = b.oid AND t.typtype <> 'd' \
        JOIN pg_namespace n ON n.oid = t.typnamespace WHERE a.attrelid = \(Self.oid) ORDER BY a.attnum
        """, [.text(place.schema), .text(place.name)])
      let source = try quoted(place.schema) + "." + quoted(place.name)
      var columns: [CopyColumn] = []
      for index in 0..<result.count {
        let labels = try result[index].textArray(7).compactMap(\.self)
        let name = try result[index].text(0)
        let objects = try result[index].bool(8) ? try Self.largeObjects(named: name, in: source, database) : nil
        let form = Self.form(
          try result[index].text(4), category: try result[index].text(5), isBuiltIn: try result[index].bool(6),
          isEnumeration: !labels.isEmpty)
        columns.append(
          CopyColumn(
            name: name, sourceType: try result[index].text(1), form: objects == nil ? form : .binary, isNullable: try result[index].bool(2),
            isGenerated: try result[index].bool(3), labels: labels.isEmpty ? nil : labels, largeObjects: objects))
      }
      guard !columns.isEmpty else { return nil }
      var large: Set<String> = []
      for column in columns where column.form == .binary && !column.isGenerated {
        let isLarge = Self.isLarge(try Self.value(of: column))
        let found = try database.integer("SELECT count(*) FROM (SELECT FROM \(source) AS t0 WHERE \(isLarge) LIMIT 1) AS l")
        if found > 0 { large.insert(column.name) }
      }
      return CopyLayout(
        table: table.name, schema: place.name == table.name ? nil : place.schema, columns: columns, key: table.primaryKey,
        order: try Self.order(of: table), large: large)
    }
  }

  /// What becomes of the large objects that a column names; nil when none of its values is the number of one.
  private static func largeObjects(
    named column: String, in source: String, _ database: borrowing PostgreSQL.Connection
  ) throws(PostgreSQLError) -> CopyColumn.LargeObjects? {
    let counts = try database.fetch(
      """
      SELECT count(m.oid) > 0, count(m.oid) < count(*) FROM \(source) AS t0 \
      LEFT JOIN pg_largeobject_metadata m ON m.oid = t0.\(try quoted(column))::oid WHERE t0.\(try quoted(column))::oid <> 0
      """)
    return try counts[0].bool(0) ? try counts[0].bool(1) ? .someMissing : .whole : nil
  }

  /// The SQL of what is copied of a column of the row called `t0`.
  private static func value(of column: CopyColumn) throws(PostgreSQLError) -> String {
    let name = "t0.\(try quoted(column.name))"
    guard column.largeObjects != nil else { return name }
    return "CASE WHEN EXISTS (SELECT FROM pg_largeobject_metadata m WHERE m.oid = \(name)::oid) THEN lo_get(\(name)::oid) END"
  }

  /// The length of a stored value is known without reading it; a large object must be read.
  private static func isLarge(_ name: String) -> String { "coalesce(octet_length(\(name)) > \(CopyLayout.largestHeld), false)" }

  private static let oid = """
    (SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2)
    """

  private static func form(_ type: String, category: String, isBuiltIn: Bool, isEnumeration: Bool) -> ColumnForm {
    guard isBuiltIn else { return isEnumeration ? .text : category == "A" ? .array : .other }
    return switch type {
    case "int2", "int4", "int8", "oid": .integer
    case "numeric": .numeric
    case "float4", "float8": .float
    case "bool": .boolean
    case "date": .date
    case "time": .time
    case "timestamp": .timestamp
    case "timestamptz": .moment
    case "interval": .interval
    case "uuid": .uuid
    case "text", "varchar", "bpchar", "char", "name": .text
    case "json", "jsonb": .json
    case "bytea": .binary
    // The vectors of the system catalogs are arrays in category only.
    case "int2vector", "oidvector": .other
    default: category == "A" ? .array : .other
    }
  }

  /// By primary key; without one by the whole row's text, which no two different rows share.
  private static func order(of table: Table) throws(PostgreSQLError) -> String {
    guard !table.primaryKey.isEmpty else { return "t0::text COLLATE \"C\"" }
    var terms: [String] = []
    for column in table.primaryKey { terms.append("t0." + (try quoted(column))) }
    return terms.joined(separator: ", ")
  }

  private func filter(_ selection: CopySelection) throws(StoreError) -> (with: String, filter: String, values: [PostgreSQL.Value]) {
    var renderer = ConditionRenderer(dialect: dialect)
    let filter = try renderer.sql(selection.condition, on: selection.layout.table)
    return (renderer.with, filter, renderer.constants.map(PostgreSQL.Value.init))
  }

  /// Counts rows on the server.
  public func rowCount(of selection: CopySelection) throws(StoreError) -> Int {
    let (with, filter, values) = try filter(selection)
    let source = try dialect.name(of: selection.layout.table)
    return try speaking { database throws(PostgreSQLError) in
      Int(try database.integer("\(with)SELECT count(*) FROM \(source) AS t0 WHERE \(filter)", values))
    }
  }

  /// The SQL of the hash of a row: of its columns, and of what else is given.
  static func hash(_ layout: CopyLayout, with further: [String] = []) throws(PostgreSQLError) -> String {
    var hashed = further
    for column in layout.columns {
      let name = try value(of: column)
      switch column.form {
      case .integer, .boolean, .date, .time, .timestamp, .moment, .uuid, .binary: hashed.append(name)
      // Equal to the type's own comparison, but not the same: 1.0 and 1.00, 0 and -0, a day and 24 hours, other collations.
      default: hashed.append("\(name)::text COLLATE \"C\"")
      }
    }
    return "hash_record_extended(ROW(\(hashed.joined(separator: ", "))), 0)"
  }

  /// The SQL of the sum of all rows' hashes, modulo 2^64.
  static func hashes(_ layout: CopyLayout) throws(PostgreSQLError) -> String {
    let modulus = "18446744073709551616"
    return "mod(mod(coalesce(sum(\(try hash(layout))), 0), \(modulus)) + \(modulus), \(modulus))::text"
  }

  /// Counts and hashes rows on the server.
  public func survey(_ selection: CopySelection, for text: String) throws(StoreError) -> Survey {
    let (with, filter, values) = try filter(selection)
    let source = try dialect.name(of: selection.layout.table)
    return try speaking { database throws(PostgreSQLError) in
      var marked: [String] = []
      let marker = "$\(values.count + 1)::text"
      for column in selection.layout.columns where [.text, .other].contains(column.form) {
        marked.append("coalesce(t0.\(try quoted(column.name))::text = \(marker), false)::int")
      }
      let result = try database.fetch(
        """
        \(with)SELECT count(*), \(try Self.hashes(selection.layout)), \
        coalesce(sum(\((marked + ["(\(marker) IS NULL)::int"]).joined(separator: " + "))), 0)::bigint FROM \(source) AS t0 WHERE \(filter)
        """, values + [.text(text)])
      return Survey(
        rows: Int(try result[0].integer(0)), hash: UInt64(try result[0].text(1)) ?? 0, marked: Int(try result[0].integer(2)))
    }
  }

  /// Reads rows as the server sends them. Where their hashes are asked for, they come with the rows, or all in one from a session beside.
  public func copyOut(
    _ selection: CopySelection, hashing: Bool, _ body: (borrowing CopiedRow) throws -> Void
  ) throws -> UInt64 {
    if hashing, let beside = try sessionBeside(for: selection) {
      return try beside.hash(of: selection.layout, meanwhile: { _ = try copy(selection, hashing: false, body) })
        ?? survey(selection, for: "").hash
    }
    return try copy(selection, hashing: hashing, body)
  }

  private func copy(
    _ selection: CopySelection, hashing: Bool, _ body: (borrowing CopiedRow) throws -> Void
  ) throws -> UInt64 {
    let (with, filter, values) = try filter(selection)
    let source = try dialect.name(of: selection.layout.table)
    let columns = selection.layout.columns
    do {
      var names: [String] = []
      var further: [String] = []
      for column in columns {
        let name = try Self.value(of: column)
        if selection.layout.large.contains(column.name) {
          names.append("CASE WHEN \(Self.isLarge(name)) THEN substring(\(name) FROM 1 FOR 16) ELSE \(name) END")
          further.append(Self.isLarge(name))
        } else {
          names.append(column.form == .array ? Self.elements(name, of: column.sourceType) : name)
        }
      }
      if hashing { names.append(try Self.hash(selection.layout)) }
      // With large values in the table come whether each is one, and where the row is.
      if !further.isEmpty { names += further + ["t0.tableoid::int8 || ' ' || t0.ctid::text"] }
      let sql = "\(with)SELECT \(names.joined(separator: ", ")) FROM \(source) AS t0 WHERE \(filter) ORDER BY \(selection.layout.order)"
      let sent = SentColumns(selection.layout, hashing: hashing)
      return try values.isEmpty ? Self.copyLines(of: sql, sent, database, body) : Self.copyRows(of: sql, values, sent, database, body)
    } catch let error as PostgreSQLError {
      throw StoreError.postgreSQL(error)
    }
  }

  /// `COPY` costs both sides less than results do, and takes no parameters.
  private static func copyLines(
    of sql: String, _ columns: SentColumns, _ database: borrowing PostgreSQL.Connection, _ body: (borrowing CopiedRow) throws -> Void
  ) throws -> UInt64 {
    var lines = try database.copyOut(sql)
    var copied = CopiedRow()
    var hash: UInt64 = 0
    var ends: [Int] = []
    while true {
      copied.clear()
      guard try lines.next(&copied.bytes, &ends) else { return hash }
      precondition(ends.count == columns.count, "a line has a value for each column")
      var start = 0
      for (index, isBinary) in columns.isBinary.enumerated() {
        let end = ends[index]
        guard end >= 0 else {
          copied.append(.null)
          continue
        }
        if isBinary {
          copied.append(.blob, at: copied.bytes.decode(hexadecimal: start..<end))
        } else {
          copied.append(.text, at: start..<end)
        }
        start = end
      }
      if let place = columns.hash {
        hash &+= copied.bytes.bits(ofNumber: start..<ends[place])
        start = ends[place]
      }
      if let place = columns.locator {
        // The answers whether values are large follow one another, one character each.
        let locator = (start + columns.large.count)..<ends[place]
        for (offset, column) in columns.large.enumerated() where copied.bytes[start + offset] == UInt8(ascii: "t") {
          copied.locator = String(decoding: copied.bytes[locator], as: UTF8.self)
          copied.setLarge(column)
        }
      }
      try body(copied)
    }
  }

  private static func copyRows(
    of sql: String, _ values: [PostgreSQL.Value], _ columns: SentColumns, _ database: borrowing PostgreSQL.Connection,
    _ body: (borrowing CopiedRow) throws -> Void
  ) throws -> UInt64 {
    var rows = try database.stream(sql, values)
    var copied = CopiedRow()
    var hash: UInt64 = 0
    while let row = try rows.next() {
      copied.clear()
      copied.bytes.removeAll(keepingCapacity: true)
      for (index, isBinary) in columns.isBinary.enumerated() {
        if row.isNull(index) {
          copied.append(.null)
          continue
        }
        let start = copied.bytes.count
        if isBinary { try row.appendBytes(of: index, to: &copied.bytes) } else { row.appendText(of: index, to: &copied.bytes) }
        copied.append(isBinary ? .blob : .text, at: start..<copied.bytes.count)
      }
      if let place = columns.hash { hash &+= UInt64(bitPattern: try row.integer(place)) }
      if let place = columns.locator {
        for (offset, column) in columns.large.enumerated() where try row.bool(place - columns.large.count + offset) {
          copied.locator = try row.text(place)
          copied.setLarge(column)
        }
      }
      try body(copied)
    }
    return hash
  }

  /// What the server sends for each row of a layout.
  private struct SentColumns {
    let isBinary: [Bool]
    /// The columns that may be large, for each of which an answer follows.
    let large: [Int]
    /// Where the row's hash is.
    let hash: Int?

    init(_ layout: CopyLayout, hashing: Bool) {
      isBinary = layout.columns.map { $0.form == .binary }
      large = layout.columns.indices.filter { layout.large.contains(layout.columns[$0].name) }
      hash = hashing ? isBinary.count : nil
    }

    /// Where it is told where the row is: last.
    var locator: Int? { large.isEmpty ? nil : count - 1 }
    var count: Int { isBinary.count + (hash == nil ? 0 : 1) + (large.isEmpty ? 0 : large.count + 1) }
  }

  /// Reads a large value in pieces: of a stored one the server unpacks what stands before each piece once more, so they are not small.
  public func readLarge(_ column: CopyColumn, of layout: CopyLayout, at locator: String, _ body: ([UInt8]) throws -> Void) throws {
    let place = locator.split(separator: " ").map(String.init)
    precondition(place.count == 2, "a locator is a table and a place in it")
    let piece = 1 << 22
    let source = try dialect.name(of: layout.table)
    let name = "t0.\(try quoted(column.name))"
    let part =
      column.largeObjects == nil ? "substring(\(name) FROM $1::int4 + 1 FOR \(piece))" : "lo_get(\(name)::oid, $1::int8, \(piece))"
    var offset = 0
    while true {
      var bytes: [UInt8] = []
      try speaking { database throws(PostgreSQLError) in
        let result = try database.fetch(
          "SELECT \(part) FROM \(source) AS t0 WHERE t0.tableoid = $2::text::oid AND t0.ctid = $3::text::tid",
          [.integer(Int64(offset)), .text(place[0]), .text(place[1])])
        guard result.count == 1 else { preconditionFailure("a row stays where it is within a snapshot") }
        try result[0].appendBytes(of: 0, to: &bytes)
      }
      if !bytes.isEmpty { try body(bytes) }
      if bytes.count < piece { return }
      offset += piece
    }
  }

  /// An array as JSON where JSON can say all of it: one dimension that begins at 1.
  private static func elements(_ name: String, of type: String) -> String {
    let isPlain = ["smallint[]", "integer[]", "bigint[]", "boolean[]"].contains(type)
    return """
      CASE WHEN cardinality(\(name)) = 0 OR (array_ndims(\(name)) = 1 AND array_lower(\(name), 1) = 1) \
      THEN array_to_json(\(name)\(isPlain ? "" : "::text[]"))::text ELSE \(name)::text END
      """
  }
}

extension [UInt8] {
  /// Puts the bytes that a part of this array tells in the server's own form, `\x00ff`, into the beginning of that part.
  fileprivate mutating func decode(hexadecimal range: Range<Int>) -> Range<Int> {
    func digit(_ byte: UInt8) -> UInt8 { byte < 0x3A ? byte &- 0x30 : byte &- 0x57 }
    var end = range.lowerBound
    for place in stride(from: range.lowerBound + 2, to: range.upperBound - 1, by: 2) {
      self[end] = digit(self[place]) << 4 | digit(self[place + 1])
      end += 1
    }
    return range.lowerBound..<end
  }

  /// The bits of a whole number that a part of this array tells.
  fileprivate func bits(ofNumber range: Range<Int>) -> UInt64 {
    let isNegative = self[range.lowerBound] == UInt8(ascii: "-")
    var bits: UInt64 = 0
    for place in (range.lowerBound + (isNegative ? 1 : 0))..<range.upperBound { bits = bits &* 10 &+ UInt64(self[place] &- 0x30) }
    return isNegative ? 0 &- bits : bits
  }
}
