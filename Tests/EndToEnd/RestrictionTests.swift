import Foundation
import Testing

/// Rows that are kept but may not be used any more: marked by the run as the data map says, through the one path, and never
/// called destroyed.
@Suite struct Restriction {
  private static let agreement = """
    agreement: sample
    title: Processing agreement of a sample tenant
    source: {document: invented for tests, version: "1"}
    time-zone: Europe/Amsterdam
    fiscal-year-starts: "01-01"
    categories: [contact, hours]
    retention:
      - {rule: short, clause: "3.1", applies-to: [contact, hours], keep-for: P2Y, counted-from: clock, force: [limit]}
      - {rule: books, clause: "3.2", applies-to: [hours], keep-for: P90Y, counted-from: clock, force: [duty], binds: controller}
    on-request:
      - {rule: shielding, clause: "9.1", action: restrict, from: controller, within: P28D}
    end-of-contract:
      - {rule: stop, clause: "11.1", action: restrict, within: P0D}

    """

  private static let map = Sample.map
    .replacingOccurrences(
      of: "    category: hours\n", with: "    category: hours\n    belongs-to: person\n    when-restricted: {set: {closed: true}}\n"
    )
    .replacingOccurrences(of: "    when-still-needed:", with: "    when-restricted: {set: {state: shut}}\n    when-still-needed:")

  private static let script = """
    CREATE TABLE person (
      id integer PRIMARY KEY, bsn text, name text NOT NULL, email text, left_on date, state varchar(10) NOT NULL DEFAULT 'open');
    CREATE TABLE hours (
      id integer PRIMARY KEY, person integer NOT NULL REFERENCES person (id), worked date NOT NULL, note text, closed boolean);
    CREATE INDEX hours_person ON hours (person);
    INSERT INTO person (id, bsn, name, email, left_on) VALUES
      (1, '900000001', 'Anna Eerste', 'anna@example.org', '2015-03-31'), (2, '900000002', 'Bert Tweede', 'bert@example.org', '2015-04-30'),
      (3, '900000003', 'Cora Derde', 'cora@example.org', NULL);
    INSERT INTO hours (id, person, worked, note, closed) VALUES
      (1, 2, '2014-01-05', 'one', NULL), (2, 2, '2014-01-06', 'two', false), (3, 2, '2014-01-07', NULL, true),
      (4, 3, CURRENT_DATE, 'four', NULL), (5, 3, CURRENT_DATE, 'five', false);

    """

  private static func bare(_ literal: String?) -> String { literal?.filter { $0 != "'" } ?? "" }

  private static let yes = ["1", "true", "'1'", "'t'", "'true'", "TRUE", "'TRUE'"]

  private func with(
    _ engine: Database.Engine, script: String = script, map: String = map, _ body: (Sample) throws -> Void
  ) throws {
    try Sample.with(engine, script: script, map: map, agreement: Self.agreement, body)
  }

  /// The ids of the hours that are marked.
  private func closed(_ sample: Sample) throws -> Set<Int> {
    let rows = try sample.database.contents()["hours"] ?? []
    return Set(rows.filter { Self.yes.contains($0["closed"] ?? "") }.compactMap { Int(($0["id"] ?? "").filter(\.isNumber)) })
  }

  /// The state of each person, by name.
  private func states(_ sample: Sample) throws -> [String: String] {
    let rows = try sample.database.contents()["person"] ?? []
    return Dictionary(uniqueKeysWithValues: rows.map { (Self.bare($0["name"]), Self.bare($0["state"])) })
  }

  @Test(arguments: Database.Engine.allCases)
  func `rows under a duty are marked once, beside what is erased, and the certificate tells both apart`(engine: Database.Engine) throws {
    try with(engine) { sample in
      let scan = try sample.node.wis("scan", "sample", "--json").json()["tenants"][0]
      let hours = scan["tables"].list.first { $0["table"].text?.hasSuffix("hours") ?? false }
      #expect(hours?["restrict"].integer == 3 && hours?["keep"].integer == 2)
      let plan = try sample.node.wis("plan", "sample")
      #expect(plan.output.contains("restrict 2 of 5 rows of") && plan.output.contains("closed is true"), "\(plan)")
      #expect(plan.output.contains("empties bsn, email") && plan.output.contains("state is \"shut\""), "\(plan)")
      try sample.node.approvePlans()
      let before = try sample.database.contents()
      let run = try sample.node.wis("run")
      #expect(run.exit == 0, "\(run)")
      #expect(try closed(sample) == [1, 2, 3])
      // Anna is gone, Bert is needed by his hours: reduced and marked in one change.
      #expect(try states(sample) == ["Bert Tweede": "shut", "Cora Derde": "open"])
      func unmarked(_ rows: Set<Database.Row>?) -> Set<Database.Row> { Set((rows ?? []).map { $0.filter { $0.key != "closed" } }) }
      #expect(unmarked(before["hours"]) == unmarked(try sample.database.contents()["hours"]), "nothing but the mark changes")
      let ids = try sample.node.certificates("sample")
      #expect(ids.count == 1)
      let certificate = try sample.node.wis("certificate", "show", ids[0], "--json").json()
      let tables = certificate["scope"]["tables"].list
      let told = tables.first { $0["table"].text?.hasSuffix("hours") ?? false }
      #expect(tells(told?["restricted"], 2) && told?["erased"].integer == 0 && told?["reduced"].integer == 0, "\(certificate)")
      let methods = certificate["methods"].list.filter { $0["place"].text == "rows" }.compactMap { $0["technique"].text }
      #expect(methods == ["delete", "reduce", "restrict"])
      let text = try sample.node.wis("certificate", "show", ids[0]).output
      #expect(text.contains("niets gewist") || text.contains("not erased"), "\(text)")
      // Nothing is done twice, and a lifted mark is a person's act that the rules do not share.
      let again = try sample.node.wis("run")
      #expect(again.exit == 0 && again.output.contains("nothing due"), "\(again)")
      #expect(try sample.node.wis("explain", "sample", "hours", "1").output.contains("marked as restricted"))
      #expect(try sample.node.wis("log", "verify").exit == 0)
    }
  }

  @Test(arguments: Database.Engine.allCases)
  func `a run that only marks certifies no destruction, and does not let a later one erase unasked`(engine: Database.Engine) throws {
    let script = Self.script.replacingOccurrences(of: "'2015-03-31'", with: "NULL").replacingOccurrences(of: "'2015-04-30'", with: "NULL")
    try with(engine, script: script) { sample in
      try sample.node.approvePlans()
      let run = try sample.node.wis("run")
      #expect(run.exit == 0 && run.errors.contains("nothing was destroyed, so nothing is certified"), "\(run)")
      #expect(try closed(sample) == [1, 2, 3])
      #expect(try sample.node.certificates("sample").isEmpty)
      let keys = "\(sample.node.home)/run-keys"
      #expect(try FileManager.default.contentsOfDirectory(atPath: keys).isEmpty, "what was remembered of the rows is destroyed")
      try sample.database.execute("UPDATE hours SET closed = NULL WHERE id = 1")
      #expect(try sample.node.wis("run").exit == 0)
      #expect(try closed(sample) == [1, 2, 3], "marking again needs no new consent")
      try sample.database.execute("UPDATE person SET left_on = '2015-03-31' WHERE id = 1")
      #expect(try sample.node.wis("run").exit == 3, "the first erasure waits")
    }
  }

  @Test(arguments: Database.Engine.allCases)
  func `the end of a contract stops the use of every row, and a hold keeps none from being marked`(engine: Database.Engine) throws {
    try with(engine) { sample in
      let config = try String(contentsOfFile: sample.node.config, encoding: .utf8)
      try sample.node.write(
        config.replacingOccurrences(of: "{started: 2010-01-01}", with: "{started: 2010-01-01, ended: 2026-01-31}"), to: sample.node.config)
      #expect(try sample.node.wis("hold", "add", "sample", "--table", "hours", "--reason", "dispute").exit == 0)
      try sample.node.approvePlans()
      #expect(try sample.node.wis("run").exit == 0)
      #expect(try closed(sample) == [1, 2, 3, 4, 5])
      #expect(try states(sample) == ["Bert Tweede": "shut", "Cora Derde": "shut"])
      #expect(try sample.node.wis("run").output.contains("nothing due"))
    }
  }

  @Test(arguments: Database.Engine.allCases)
  func `a controller's request marks one person's rows and no others, and is completed by it`(engine: Database.Engine) throws {
    try with(engine) { sample in
      let added = try sample.node.wis(
        "request", "add", "sample", "--from", "controller", "--what", "restrict", "--subject", "email=cora@example.org", "--json")
      let id = try #require(try added.json()["request"].text, "\(added)")
      #expect(try added.json()["state"].text == "to-restrict")
      #expect(try sample.node.wis("explain", "sample", "hours", "4").output.contains("request \(id): restrict"))
      let run = try sample.node.wis("run", "--json")
      #expect(run.exit == 3, "\(run)")
      let digest = try #require(try run.json()["tenants"][0]["requests"][0]["plan"].text)
      #expect(try closed(sample) == [3])
      #expect(try sample.node.wis("approve", digest, "--role", "privacy officer").exit == 0)
      _ = try sample.node.wis("run")
      #expect(try closed(sample) == [3, 4, 5])
      #expect(try states(sample)["Cora Derde"] == "shut" && states(sample)["Bert Tweede"] == "open")
      #expect(try sample.node.wis("request", "show", id, "--json").json()["state"].text == "completed")
      #expect(try sample.node.certificates("sample").isEmpty, "nothing was destroyed")
    }
  }

  @Test(arguments: Database.Engine.allCases)
  func `what a request had marked is marked again when a backup brings it back without, until the request is withdrawn`(
    engine: Database.Engine
  ) throws {
    try with(engine) { sample in
      let node = sample.node
      try node.configure([TestNode.tenant("sample", sample.database) + "    backups: [{name: nightly, kept-for: P30D}]\n"])
      let added = try node.wis(
        "request", "add", "sample", "--from", "controller", "--what", "restrict", "--subject", "email=cora@example.org", "--json")
      let id = try #require(try added.json()["request"].text, "\(added)")
      let backup = try Backup(of: sample.database, in: node.folder)
      defer { #expect(throws: Never.self) { try backup.remove() } }
      let digest = try #require(try node.wis("run", "--json").json()["tenants"][0]["requests"][0]["plan"].text)
      #expect(try node.wis("approve", digest, "--role", "privacy officer").exit == 0)
      _ = try node.wis("run")
      #expect(try closed(sample) == [3, 4, 5])
      // What else falls due waits for its approval; the marks do not.
      for _ in 0..<2 {
        try backup.restore()
        #expect(try closed(sample) == [3])
        let again = try node.wis("run", "--json")
        #expect(try again.json()["tenants"][0]["restored"]["marked"].integer == 3, "\(again)")
        #expect(try closed(sample) == [3, 4, 5] && states(sample)["Cora Derde"] == "shut", "\(again)")
      }
      #expect(try states(sample)["Bert Tweede"] == "open")
      #expect(try node.certificates("sample").isEmpty, "nothing was destroyed")
      // A mark that a person took away stays away once the request is taken back.
      #expect(try node.wis("request", "withdraw", id).exit == 0)
      try backup.restore()
      let quiet = try node.wis("run", "--json")
      #expect(try quiet.json()["tenants"][0]["restored"]["marked"].integer == 0 && closed(sample) == [3], "\(quiet)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: node.home + "/keys").allSatisfy { !$0.hasPrefix("tombstones") })
    }
  }

  @Test(arguments: Database.Engine.allCases)
  func `what people share stays in use when one of them is restricted`(engine: Database.Engine) throws {
    let script = """
      CREATE TABLE employer (id integer PRIMARY KEY, name text, closed boolean);
      CREATE TABLE person (
        id integer PRIMARY KEY, bsn text, name text NOT NULL, email text, left_on date, state varchar(10) NOT NULL DEFAULT 'open',
        employer integer REFERENCES employer (id));
      CREATE INDEX person_employer ON person (employer);
      INSERT INTO employer (id, name) VALUES (1, 'alone'), (2, 'shared');
      INSERT INTO person (id, name, email, employer) VALUES
        (1, 'Anna', 'anna@example.org', 1), (2, 'Bert', 'bert@example.org', 2), (3, 'Cora', 'cora@example.org', 2);

      """
    let map = """
      map: sample
      subject: {table: person, key: id, identifiers: {email: email}}
      tables:
        person:
          category: contact
          clock: {left: {column: left_on, when-null: ongoing}}
          when-restricted: {set: {state: shut}}
        employer:
          category: contact
          lives-with: [person]
          when-restricted: {set: {closed: 1}}

      """
    try with(engine, script: script, map: map) { sample in
      for email in ["anna@example.org", "bert@example.org"] {
        let added = try sample.node.wis(
          "request", "add", "sample", "--from", "controller", "--what", "restrict", "--subject", "email=\(email)", "--json")
        #expect(added.exit == 0, "\(added)")
      }
      let waiting = try sample.node.wis("run", "--json").json()["tenants"][0]["requests"].list.compactMap(\.["plan"].text)
      #expect(waiting.count == 2)
      for digest in waiting { #expect(try sample.node.wis("approve", digest, "--role", "privacy officer").exit == 0) }
      let run = try sample.node.wis("run")
      #expect(run.exit == 0, "\(run)")
      #expect(try states(sample) == ["Anna": "shut", "Bert": "shut", "Cora": "open"])
      let employers = try sample.database.contents()["employer"] ?? []
      let shut = employers.filter { Self.yes.contains($0["closed"] ?? "") }.map { Self.bare($0["name"]) }
      #expect(shut == ["alone"])
    }
  }

  @Test func `a map without a mark is told, table by table, and a request that it cannot carry out is left to people`() throws {
    let map = Self.map.replacingOccurrences(of: "    when-restricted: {set: {closed: true}}\n", with: "")
    try with(.sqlite, map: map.replacingOccurrences(of: "      note: hours\n", with: "      note: hours\n      closed: none\n")) { sample in
      let words = "3 rows of hours are to be restricted, and the data map names no mark"
      #expect(try sample.node.wis("scan", "sample").output.contains(words))
      #expect(try sample.node.wis("explain", "sample", "hours", "1").output.contains("bears no mark"))
      try sample.node.approvePlans()
      let run = try sample.node.wis("run", "--json")
      #expect(run.exit == 0 && run.errors.contains(words), "\(run)")
      #expect(try run.json()["tenants"][0]["unmarked"][0]["rows"].integer == 3)
      #expect(try closed(sample) == [3], "nothing else is done instead")
      let added = try sample.node.wis(
        "request", "add", "sample", "--from", "controller", "--what", "restrict", "--subject", "email=cora@example.org", "--json")
      let id = try #require(try added.json()["request"].text)
      let digest = try #require(try sample.node.wis("run", "--json").json()["tenants"][0]["requests"][0]["plan"].text)
      #expect(try sample.node.wis("approve", digest, "--role", "privacy officer").exit == 0)
      _ = try sample.node.wis("run")
      #expect(try states(sample)["Cora Derde"] == "shut")
      let shown = try sample.node.wis("request", "show", id)
      #expect(shown.output.contains("2 rows of hours") && shown.output.contains("wis request done"), "\(shown)")
      #expect(try sample.node.wis("request", "show", id, "--json").json()["state"].text == "by-hand")
      #expect(try sample.node.wis("request", "done", id).exit == 0)
    }
  }

  @Test(arguments: ["id", "person"]) func `a mark that would change what rows are is refused before anything is done`(column: String) throws
  {
    let map = Self.map.replacingOccurrences(of: "{closed: true}", with: "{\(column): 1}")
      .replacingOccurrences(of: "      note: hours\n", with: "      note: hours\n      closed: none\n")
    try with(.sqlite, map: map) { sample in
      try sample.expectRefusal(["plan", "sample"], exit: 2, saying: "hours.\(column)", "when-restricted")
    }
  }
}
