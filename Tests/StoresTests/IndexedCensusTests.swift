import Retention
import Stores
import TestSupport
import Testing

@Suite struct `A census` {
  /// A column that tells time, with values of which many are no time at all.
  struct Column: Sendable, CustomTestStringConvertible {
    let type: String
    let encoding: Clock.Encoding
    let values: [String]
    var testDescription: String { "\(type) \(encoding.rawValue)" }
  }

  static func columns(_ engine: Engine) -> [Column] {
    let days = [
      "1850-01-01", "1899-12-31", "1900-01-01", "2009-02-28", "2018-12-31", "2019-01-01", "2019-01-02", "2025-06-01", "2199-12-31",
      "2200-01-01",
    ]
    let moments = days.map { "\($0) 00:00:00" } + ["2018-12-31 23:30:00", "2019-01-01 00:30:00", "2018-06-30 12:00:00"]
    let seconds = [
      "-2208988801", "-2208988800", "-1", "0", "1546297199", "1546297200", "1546300800", "1546383600", "7258118400", "9999999999",
    ]
    func quoted(_ values: [String]) -> [String] { values.map { "'\($0)'" } + ["NULL"] }
    switch engine {
    case .sqlite:
      let odd = [
        "NULL", "5", "1.5", "x'00'", "''", "'geen'", "'2018-02-30'", "'2018-12-31T10:00'", "'2018-12-31t10:00'", "' 2018-01-01'",
        "'2018-01-01 '",
      ]
      return [
        Column(type: "TEXT", encoding: .civil, values: quoted(days) + odd),
        Column(type: "", encoding: .civil, values: quoted(moments) + odd),
        Column(type: "TEXT COLLATE NOCASE", encoding: .civil, values: quoted(days)),
        Column(type: "TEXT", encoding: .utc, values: quoted(moments) + odd),
        Column(type: "INTEGER", encoding: .epochSeconds, values: seconds + odd + ["1546300799.5"]),
        Column(type: "", encoding: .epochMilliseconds, values: seconds.map { $0 + "000" } + odd + ["9e999", "-9e999"]),
        Column(type: "TEXT", encoding: .epochSeconds, values: seconds + odd),
      ]
    case .postgreSQL:
      return [
        Column(type: "date", encoding: .civil, values: quoted(days + ["infinity", "-infinity"])),
        Column(type: "timestamp", encoding: .civil, values: quoted(moments + ["infinity"])),
        Column(type: "timestamptz", encoding: .civil, values: quoted(moments + ["-infinity"])),
        Column(type: "timestamp", encoding: .utc, values: quoted(moments)),
        Column(type: "integer", encoding: .epochSeconds, values: quoted(["-1", "0", "1546297199", "1546297200", "1546300800"])),
        Column(type: "double precision", encoding: .epochSeconds, values: quoted(seconds + ["NaN", "1546300799.5"])),
        Column(type: "bigint", encoding: .epochMilliseconds, values: quoted(seconds.map { $0 + "000" })),
        Column(type: "text", encoding: .civil, values: quoted(days + ["geen", "2018-02-30"])),
      ]
    }
  }

  @Test(arguments: Engine.allCases, 0..<12)
  func `counts the same with an index as without`(engine: Engine, seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    for column in Self.columns(engine) {
      let used = column.values.filter { _ in Bool.random(using: &random) }
      let rows = (0..<Int.random(in: 0...300, using: &random)).compactMap { _ in used.randomElement(using: &random) }
      let inserted = rows.isEmpty ? "" : "INSERT INTO a (d) VALUES \(rows.map { "(\($0))" }.joined(separator: ", "));"
      let id = engine.choose("INTEGER PRIMARY KEY", "serial PRIMARY KEY")
      try TenantDatabase.with(engine) { database in
        try database.execute(
          """
          CREATE TABLE a (id \(id), d \(column.type)); CREATE TABLE b (id \(id), d \(column.type)); CREATE INDEX b_d ON b (d);
          \(inserted) INSERT INTO b SELECT * FROM a;
          """)
        var sample = SamplePolicy()
        let table = MappedTable(
          category: Category("x"),
          clocks: ["d": Clock(column: "d", encoding: column.encoding, whenNull: Bool.random(using: &random) ? .ongoing : .undated)])
        sample.tables = ["a": table, "b": table]
        sample.rules = [RetentionRule("r", keep: "P7Y", [.limit]), RetentionRule("s", keep: "P2Y", [.duty])]
        if Bool.random(using: &random) { sample.rules = [RetentionRule("r", keep: "P7Y", [.limit, .duty])] }
        let store = try database.store()
        let decision = try sample.decision(try store.schema())
        let census = try store.census(of: decision)
        let (without, with) = (census.tables.first { $0.table == "a" }, census.tables.first { $0.table == "b" })
        #expect(without?.counts == with?.counts, "\(column.testDescription) \(used)")
        #expect(with?.rows == rows.count)
      }
    }
  }

  @Test(arguments: Engine.allCases)
  func `counts long runs of equal values and of none`(engine: Engine) throws {
    try TenantDatabase.with(engine) { database in
      let series = engine.choose(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)", "WITH n(i) AS (SELECT generate_series(1, 60000))"
      )
      let value = "CASE WHEN i % 3 = 0 THEN NULL WHEN i % 3 = 1 THEN '2010-01-01' ELSE '2025-01-0' || (1 + i % 2) END"
      try database.execute(
        """
        CREATE TABLE t (id integer PRIMARY KEY, d \(engine.choose("TEXT", "date"))); CREATE INDEX t_d ON t (d);
        \(engine.choose(series + " INSERT INTO t SELECT i, \(value) FROM n", "INSERT INTO t \(series) SELECT i, (\(value))::date FROM n"));
        """)
      let sample = SamplePolicy(dated: "t")
      let plan = try database.store().plan(sample)
      #expect(plan.totals[.erase] == 20_000)
      #expect(plan.totals[.undated] == 20_000)
      #expect(plan.totals[.keep] == 20_000)
    }
  }
}
