import Foundation
import Testing

/// Nothing that a record says about a person is in what Wis tells, remembers or proves.
@Suite struct `No personal data` {
  /// People who are known by their citizen service number, due and kept; deleting them fails until somebody unblocks it.
  private static func script(_ engine: Database.Engine) -> String {
    let tables = """
      CREATE TABLE block (id integer PRIMARY KEY);
      INSERT INTO block VALUES (1);
      CREATE TABLE person (bsn text PRIMARY KEY, name text NOT NULL, email text UNIQUE, left_on date);
      CREATE TABLE hours (id integer PRIMARY KEY, person text NOT NULL REFERENCES person (bsn), worked date NOT NULL, note text);
      CREATE INDEX hours_person ON hours (person);
      INSERT INTO person VALUES
        ('900184590', 'Quistenvegher', 'zwaardvegher@planted.example', '2015-03-31'),
        ('900273641', 'Haverschmidtje', 'haverschmidtje@planted.example', '2015-04-30'),
        ('900362792', 'Onderdelinden', 'onderdelinden@planted.example', NULL);
      INSERT INTO hours VALUES
        (1, '900184590', '2014-01-05', 'migraine-aanval'), (2, '900273641', '2014-01-07', 'rugklachten-x'),
        (3, '900273641', CURRENT_DATE, 'voetblessure-y'), (4, '900362792', CURRENT_DATE, NULL);

      """
    switch engine {
    case .sqlite:
      return tables + """
        CREATE TRIGGER stay BEFORE DELETE ON person WHEN EXISTS (SELECT 1 FROM block)
        BEGIN INSERT INTO person VALUES ('900362792', OLD.name, OLD.email, NULL); END;
        """
    case .postgreSQL:
      return tables + """
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          IF EXISTS (SELECT 1 FROM block) THEN RAISE EXCEPTION 'not % of %', OLD.name, OLD.bsn USING DETAIL = OLD.email; END IF;
          RETURN OLD;
        END $$;
        CREATE TRIGGER stay BEFORE DELETE ON person FOR EACH ROW EXECUTE FUNCTION refuse();
        """
    }
  }

  private static let map = Sample.map
    .replacingOccurrences(of: "key: id", with: "key: bsn").replacingOccurrences(of: "      bsn: contact\n", with: "")
    .replacingOccurrences(of: "tables:\n", with: "tables:\n  block: {category: none}\n")

  private static let planted = [
    "900184590", "900273641", "900362792", "Quistenvegher", "Haverschmidtje", "Onderdelinden", "planted.example", "migraine-aanval",
    "rugklachten-x", "voetblessure-y",
  ]

  /// Searches every file of the node: state, log, certificates, keys, locks, policies.
  private func searchFiles(_ node: TestNode) throws {
    let files = try FileManager.default.subpathsOfDirectory(atPath: node.home)
    #expect(files.contains { $0.hasPrefix("log/") } && files.contains("state.db"))
    for file in files {
      guard let bytes = FileManager.default.contents(atPath: "\(node.home)/\(file)") else { continue }
      for word in Self.planted {
        for encoded in [Data(word.utf8), Data(Data(word.utf8).base64EncodedString().dropLast(4).utf8)] where encoded.count > 5 {
          #expect(bytes.range(of: encoded) == nil, "\(word) is in \(file)")
        }
      }
    }
  }

  @Test(arguments: Database.Engine.allCases)
  func `is in what is told, remembered or proved, also when a run fails half way`(engine: Database.Engine) throws {
    try Sample.with(engine, script: Self.script(engine), map: Self.map) { sample in
      let node = sample.node
      func check(_ exit: Int32, _ arguments: String...) throws {
        let outcome = try Wis.run(arguments + ["--config", node.config], in: node.folder)
        #expect(outcome.exit == exit, "\(arguments): \(outcome)")
        for word in Self.planted { #expect(!outcome.description.contains(word), "\(arguments): \(outcome)") }
      }
      try check(0, "scan")
      try check(0, "plan")
      try check(0, "forecast")
      for key in ["900184590", "900273641", "900362792"] { try check(0, "explain", "sample", "person", key) }
      try check(2, "explain", "sample", "person", "900362793")
      try node.approvePlans()
      try check(1, "run")
      #expect(try sample.database.count("hours") < 4)
      #expect(try sample.database.count("person") == 3)
      try searchFiles(node)
      try check(1, "run")
      try check(1, "status")
      try sample.database.execute("DELETE FROM block")
      try check(0, "run")
      #expect(try sample.database.count("person") == 2)
      try check(0, "run")
      try check(0, "status")
      try check(0, "doctor")
      let certificates = try node.certificates("sample")
      #expect(certificates.count == 1)
      for certificate in certificates {
        try check(0, "certificate", "show", certificate, "--lang", "en")
        try check(0, "certificate", "verify", certificate)
      }
      try check(0, "log", "verify")
      try searchFiles(node)
    }
  }
}
