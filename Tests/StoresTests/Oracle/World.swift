import Retention
import TestSupport

/// A value as the application wrote it.
enum Cell: Hashable {
  case null
  case integer(Int64)
  case text(String)
  /// Bytes in a column that is declared as text, which only SQLite lets in; PostgreSQL gets a text that is no date.
  case bytes

  func literal(_ engine: Engine, _ type: ClockType?) -> String {
    switch self {
    case .null: "NULL"
    case .integer(let number): engine == .postgreSQL && type?.isText == true ? "'\(number)'" : String(number)
    case .text(let text): "'\(text)'"
    case .bytes: engine.choose("x'323031352D30312D3031'", "'onzin'")
    }
  }
}

/// How a clock column is declared and read.
enum ClockType: CaseIterable {
  case civilText, civilDate, civilTimestamp, utcText, utcMoment, seconds, milliseconds

  var isText: Bool { self == .civilText || self == .utcText }

  var encoding: Clock.Encoding {
    switch self {
    case .civilText, .civilDate, .civilTimestamp: .civil
    case .utcText, .utcMoment: .utc
    case .seconds: .epochSeconds
    case .milliseconds: .epochMilliseconds
    }
  }

  func declared(_ engine: Engine) -> String {
    switch self {
    case .civilText, .utcText: engine.choose("TEXT", "text")
    case .civilDate: engine.choose("DATE", "date")
    case .civilTimestamp: engine.choose("DATETIME", "timestamp")
    case .utcMoment: engine.choose("TEXT", "timestamptz")
    case .seconds, .milliseconds: engine.choose("INTEGER", "bigint")
    }
  }
}

/// A clock as the oracle and the schema need to know it.
struct WorldClock {
  let name: String
  let column: String
  let type: ClockType
  let whenNull: Clock.WhenNull
  let isIndexed: Bool
}

/// A table of a random small application.
struct WorldTable {
  let name: String
  var category: Category?
  var variants: [(kind: String, category: Category)] = []
  var clocks: [WorldClock] = []
  var belongsTo: String?
  var livesWith: [String] = []
  /// The columns that stay of a reduced row, if it can be reduced.
  var reducesTo: [String]?
  /// Whether a row that may not be used any more is marked: its `dicht` then says `ja`.
  var isMarked = false
  /// Columns that name a row of another table, and whether the schema declares it.
  var references: [(column: String, target: String, isDeclared: Bool)] = []
  /// Rows by key; every table has `id`, `kind`, `note`, `size` and `dicht` beside its clocks and references.
  var rows: [[String: Cell]] = []

  var columns: [String] { ["id", "kind", "note", "size", "dicht"] + clocks.map(\.column) + references.map(\.column) }

  var mapped: MappedTable? {
    guard let category else { return nil }
    var named: [String: Clock] = [:]
    for clock in clocks { named[clock.name] = Clock(column: clock.column, encoding: clock.type.encoding, whenNull: clock.whenNull) }
    return MappedTable(
      category: category,
      variants: variants.map { .init(rows: .equals(column: "kind", .text($0.kind)), category: $0.category) },
      clocks: named, belongsTo: belongsTo, livesWith: livesWith,
      reduction: reducesTo.map { .init(kept: $0, blanks: ["size": .integer(0)]) }, mark: isMarked ? ["dicht": .text("ja")] : [:])
  }

  func script(_ engine: Engine) -> String {
    var columns = [
      "id \(engine.choose("TEXT PRIMARY KEY NOT NULL", "text PRIMARY KEY"))", "kind text", "note text", "size integer NOT NULL",
      "dicht text",
    ]
    columns += clocks.map { "\(quoted($0.column)) \($0.type.declared(engine))" }
    columns += references.map { "\(quoted($0.column)) text" + ($0.isDeclared ? " REFERENCES \(quoted($0.target))(id)" : "") }
    var script = "CREATE TABLE \(quoted(name)) (\(columns.joined(separator: ", ")));\n"
    for clock in clocks where clock.isIndexed {
      script += "CREATE INDEX \(quoted(name + "." + clock.name)) ON \(quoted(name)) (\(quoted(clock.column)));\n"
    }
    for row in rows {
      let values = self.columns.map { column in
        (row[column] ?? .null).literal(engine, clocks.first { $0.column == column }?.type)
      }
      script += "INSERT INTO \(quoted(name)) VALUES (\(values.joined(separator: ", ")));\n"
    }
    return script
  }
}

/// A random small application with its data, its policy and a day.
struct World {
  var tables: [WorldTable] = []
  var sample = SamplePolicy()
  var holds: [Hold] = []
  var today = ""

  /// Parents come before those that name them.
  func script(_ engine: Engine) -> String { tables.map { $0.script(engine) }.joined() }
}
