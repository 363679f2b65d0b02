import Foundation
import Testing

/// Partitions of PostgreSQL: one of which every row is due goes as a whole, where the data map asks for it and nothing speaks
/// against it; all other rows go one by one.
@Suite struct Partitions {
  private static let agreement = """
    agreement: sample
    title: Processing agreement of a sample tenant
    source: {document: invented for tests, version: "1"}
    time-zone: Europe/Amsterdam
    fiscal-year-starts: "01-01"
    categories: [hours]
    retention:
      - {rule: two-years, clause: "3.1", applies-to: [hours], keep-for: P2Y, counted-from: clock, force: [limit]}
    on-request:
      - {rule: return, clause: "4.1", action: return, from: controller, within: P30D}

    """

  private static let map = """
    map: sample
    tables:
      hours:
        category: hours
        clock: {worked: {column: worked, when-null: undated}}
        partitions: drop
      other: {category: none}

    """

  /// 2014 is over and due; of 2015 one row names nobody's day in its range; what comes is empty; the rest is in the default one.
  private static let script = """
    CREATE TABLE hours (id bigint NOT NULL, worked date, note text, PRIMARY KEY (id, worked)) PARTITION BY RANGE (worked);
    CREATE TABLE hours_2014 PARTITION OF hours FOR VALUES FROM ('2014-01-01') TO ('2015-01-01');
    CREATE TABLE "Hours 2015" PARTITION OF hours FOR VALUES FROM ('2015-01-01') TO ('2016-01-01');
    CREATE TABLE hours_now PARTITION OF hours FOR VALUES FROM ('2016-01-01') TO ('2100-01-01');
    CREATE TABLE hours_next PARTITION OF hours FOR VALUES FROM ('2100-01-01') TO ('2101-01-01');
    CREATE TABLE hours_rest PARTITION OF hours DEFAULT;
    CREATE TABLE other (id integer PRIMARY KEY);
    INSERT INTO hours SELECT n, DATE '2014-01-01' + (n % 365)::integer, 'a' FROM generate_series(1, 5000) n;
    INSERT INTO hours SELECT n, DATE '2015-01-01' + (n % 365)::integer, 'b' FROM generate_series(5001, 6000) n;
    INSERT INTO hours VALUES (7001, '2017-05-05', 'c'), (7002, CURRENT_DATE, 'd'), (7003, '2010-01-01', 'e');

    """

  private func with(_ script: String = script, map: String = map, _ body: (Sample) throws -> Void) throws {
    try Sample.with(.postgreSQL, script: script, map: map, agreement: Self.agreement, body)
  }

  private func partitions(_ sample: Sample) throws -> Set<String> {
    let sql = "SELECT c.relname FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid WHERE inhparent = 'hours'::regclass"
    return Set(try sample.database.column(sql))
  }

  private func ids(_ sample: Sample) throws -> [String] { try sample.database.column("SELECT id::text FROM hours ORDER BY id") }

  private static let all: Set<String> = ["hours_2014", "Hours 2015", "hours_now", "hours_next", "hours_rest"]

  /// Runs what is due, and checks that all of it is gone, by whatever way, and certified with its number.
  private func run(_ sample: Sample, expecting left: [String] = ["7002"]) throws -> Wis.Outcome {
    try sample.node.approvePlans()
    let run = try sample.node.wis("run")
    #expect(run.exit == 0, "\(run)")
    #expect(try ids(sample) == left)
    let certificates = try sample.node.certificates("sample")
    #expect(certificates.count == 1)
    let counts = try sample.node.counts(try #require(certificates.first))
    #expect(tells(counts["hours"]?.erased, 6002))
    #expect(try sample.node.wis("certificate", "verify", certificates[0]).exit == 0)
    let again = try sample.node.wis("run")
    #expect(again.exit == 0 && again.output.contains("nothing due"), "\(again)")
    return run
  }

  @Test func `of which every row is due are dropped, and no others`() throws {
    try with { sample in
      let plan = try sample.node.wis("plan", "sample")
      #expect(plan.output.contains("partitions of which every row is due are dropped"), "\(plan)")
      let done = try run(sample)
      #expect(done.errors.contains("2 partitions of hours were dropped"), "\(done)")
      #expect(try partitions(sample) == ["hours_now", "hours_next", "hours_rest"])
      #expect(try sample.database.column("SELECT relname FROM pg_class WHERE relname IN ('hours_2014', 'Hours 2015')") == [])
    }
  }

  @Test func `are emptied row by row when the map does not ask`() throws {
    try with(map: Self.map.replacingOccurrences(of: "    partitions: drop\n", with: "")) { sample in
      let plan = try sample.node.wis("plan", "sample")
      #expect(!plan.output.contains("partition"))
      _ = try run(sample)
      #expect(try partitions(sample) == Self.all)
    }
  }

  @Test(
    arguments: [
      ("CREATE VIEW v AS SELECT * FROM hours_2014;", "1 could not be dropped", "Hours 2015"),
      ("INSERT INTO hours VALUES (8001, '2014-06-06', 'x');", "2 partitions", ""),
    ])
  func `that something is made of are emptied instead, and told`(more: String, words: String, dropped: String) throws {
    try with { sample in
      if dropped.isEmpty {
        // A row that came between plan and run does not fit the plan: nothing more than was planned ever goes.
        try sample.node.approvePlans()
        try sample.database.execute(more)
        let run = try sample.node.wis("run")
        #expect(run.exit == 3, "\(run)")
        #expect(try partitions(sample) == Self.all)
        return
      }
      try sample.database.execute(more)
      var map = Self.map
      map += "  v: {category: none}\n"
      try sample.node.policy("maps/sample", map)
      let done = try run(sample)
      #expect(done.errors.contains(words), "\(done)")
      #expect(try partitions(sample) == Self.all.subtracting([dropped]))
    }
  }

  @Test(
    arguments: [
      (
        "CREATE TABLE child (id integer PRIMARY KEY, h bigint, w date, FOREIGN KEY (h, w) REFERENCES hours (id, worked)); "
          + "CREATE INDEX ON child (h, w);", "keys of other tables refer"
      ),
      (
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'; "
          + "CREATE TRIGGER t BEFORE DELETE ON hours FOR EACH ROW EXECUTE FUNCTION f();", "the table has triggers"
      ),
    ])
  func `of tables that others depend on are emptied, and the plan says why`(more: String, words: String) throws {
    try with(Self.script + more, map: Self.map + (more.contains("child") ? "  child: {category: none}\n" : "")) { sample in
      #expect(try sample.node.wis("plan", "sample").output.contains("no partition is dropped: \(words)"))
      _ = try run(sample)
      #expect(try partitions(sample) == Self.all)
    }
  }

  @Test func `of partitions, and ranges of something else, are emptied`() throws {
    let nested = Self.script.replacingOccurrences(
      of: "TO ('2015-01-01');",
      with: "TO ('2015-01-01') PARTITION BY HASH (id);\n"
        + "CREATE TABLE h0 PARTITION OF hours_2014 FOR VALUES WITH (MODULUS 2, REMAINDER 0);\n"
        + "CREATE TABLE h1 PARTITION OF hours_2014 FOR VALUES WITH (MODULUS 2, REMAINDER 1);")
    try with(nested) { sample in
      let done = try run(sample)
      #expect(done.errors.contains("1 partitions of hours were dropped"), "\(done)")
      #expect(try partitions(sample) == Self.all.subtracting(["Hours 2015"]))
    }
    let listed = """
      CREATE TABLE hours (id bigint PRIMARY KEY, worked date, note text) PARTITION BY RANGE (id);
      CREATE TABLE low PARTITION OF hours FOR VALUES FROM (0) TO (6500);
      CREATE TABLE high PARTITION OF hours FOR VALUES FROM (6500) TO (10000);
      CREATE TABLE other (id integer PRIMARY KEY);
      INSERT INTO hours SELECT n, DATE '2014-01-01', 'a' FROM generate_series(1, 6000) n;
      INSERT INTO hours VALUES (7001, '2017-05-05', 'c'), (7002, CURRENT_DATE, 'd'), (7003, '2010-01-01', 'e');

      """
    try with(listed) { sample in
      #expect(try sample.node.wis("plan", "sample").output.contains("not ranges of the table's clock"))
      _ = try run(sample)
      #expect(try partitions(sample) == ["low", "high"])
    }
  }

  @Test func `that the account does not own are emptied, and the plan says so`() throws {
    try with { sample in
      let role = "wis_" + UUID().uuidString.prefix(8).lowercased()
      try sample.database.execute(
        "CREATE ROLE \(role) LOGIN PASSWORD 'of-the-agent'; GRANT SELECT, DELETE, UPDATE ON ALL TABLES IN SCHEMA public TO \(role); GRANT USAGE ON SCHEMA public TO \(role);"
      )
      defer { #expect(throws: Never.self) { try sample.database.execute("DROP OWNED BY \(role); DROP ROLE \(role);") } }
      var address = try #require(URLComponents(string: sample.database.location))
      var items = (address.queryItems ?? []).filter { $0.name != "user" }
      items += [URLQueryItem(name: "user", value: role), URLQueryItem(name: "password", value: "of-the-agent")]
      (address.queryItems, address.user) = (items, nil)
      try sample.node.configure([TestNode.tenant("sample", store: try #require(address.string))])
      #expect(try sample.node.wis("plan", "sample").output.contains("the account does not own the table"))
      _ = try run(sample)
      #expect(try partitions(sample) == Self.all)
    }
  }
}
