import Foundation
import Testing

/// A package that was exported and unpacked with other people's tools.
struct Package {
  /// The ZIP file.
  let file: String
  /// The top folder, unpacked.
  let folder: String

  /// Exports the sample's tenant and unpacks what came of it.
  static func export(_ sample: Sample, _ arguments: String..., exit: Int32 = 0) throws -> Package {
    try export(sample.node, ["sample"] + arguments, exit: exit)
  }

  static func export(_ node: TestNode, _ arguments: [String], exit: Int32 = 0) throws -> Package {
    let out = "\(node.folder)/out-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: false)
    let outcome = try Wis.run(["export"] + arguments + ["--out", out, "--json", "--config", node.config], in: node.folder)
    try #require(outcome.exit == exit, "\(outcome)")
    let file = try #require(try outcome.json()["file"].text)
    return try Package(file: file)
  }

  /// Tests and unpacks a ZIP file.
  init(file: String) throws {
    self.file = file
    let target = file + ".unpacked"
    for command in [["unzip", "-tq", file], ["7zz", "t", file], ["unzip", "-q", file, "-d", target]] {
      let answer = try Program.run(command)
      try #require(answer.status == 0, "\(command): \(answer.output)")
    }
    let tops = try FileManager.default.contentsOfDirectory(atPath: target)
    try #require(tops.count == 1)
    folder = "\(target)/\(tops[0])"
  }

  /// What bagit, frictionless and DuckDB find in it: rows by table, values by column.
  func rows(isDecrypted: Bool = false) throws -> [String: [[String: String?]]] {
    let answer = try Program.run(
      [ProcessInfo.processInfo.environment["WIS_TEST_PYTHON"] ?? "python3", Wis.repository + "/Tests/EndToEnd/Package/check.py", folder]
        + (isDecrypted ? ["--decrypted"] : []))
    try #require(answer.status == 0, "\(answer.output)")
    return try JSONDecoder().decode([String: [[String: String?]]].self, from: Data(answer.output.utf8))
  }

  /// A JSON file of it.
  func json(_ path: String) throws -> JSON {
    JSON(try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(path)"))))
  }

  /// Puts it into an empty database with the script that came with it.
  func restore(into database: Database) throws {
    let data = "\(folder)/data"
    let answer =
      switch database.engine {
      case .sqlite: try Program.run(["sh", "-c", "cd '\(data)' && exec sqlite3 -bail '\(database.location)' < schema/sqlite-import.sql"])
      case .postgreSQL:
        try Program.run(["sh", "-c", "cd '\(data)' && exec psql -X -q -d '\(database.location)' -f schema/postgresql-import.sql"])
      }
    try #require(answer.status == 0 && !answer.output.contains("rror"), "\(answer.output)")
  }
}

/// A program of somebody else.
enum Program {
  static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
    let path = FileManager.default.temporaryDirectory.path + "/wis-program-" + UUID().uuidString
    try Data().write(to: URL(fileURLWithPath: path))
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: path) } }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    let output = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    process.standardOutput = output
    process.standardError = output
    try process.run()
    process.waitUntilExit()
    try output.close()
    return (process.terminationStatus, String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self))
  }
}

extension Database {
  /// How many rows of each table one database has and the other has not, in either direction, every value compared by type and bytes.
  func differences(from other: Database) throws -> [String] {
    switch engine {
    case .sqlite: try sqliteDifferences(from: other)
    case .postgreSQL: try postgreSQLDifferences(from: other)
    }
  }

  private func sqliteDifferences(from other: Database) throws -> [String] {
    var found: [String] = []
    func ask(_ sql: String) throws -> [String] {
      let answer = try Program.run(["sqlite3", "-bail", location, "ATTACH '\(other.location)' AS other", sql])
      try #require(answer.status == 0, "\(answer.output)")
      return answer.output.split(separator: "\n").map(String.init)
    }
    let tables = "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    #expect(try Set(ask(tables)) == Set(ask(tables.replacingOccurrences(of: "main.", with: "other."))))
    for table in try ask(tables) {
      let quoted = "\"" + table.replacingOccurrences(of: "\"", with: "\"\"") + "\""
      let columns = try ask("SELECT name FROM pragma_table_info('\(table.replacingOccurrences(of: "'", with: "''"))')")
      let list = columns.map { "\"" + $0.replacingOccurrences(of: "\"", with: "\"\"") + "\"" }
        .map { "typeof(\($0)), CASE typeof(\($0)) WHEN 'real' THEN printf('%!.20e', \($0)) ELSE hex(\($0)) END" }.joined(separator: ", ")
      for (left, right) in [("main", "other"), ("other", "main")] {
        let rows = try ask(
          "SELECT ((SELECT count(*) FROM \(left).\(quoted)) - (SELECT count(*) FROM \(right).\(quoted))) || ' '"
            + " || (SELECT count(*) FROM (SELECT \(list) FROM \(left).\(quoted) EXCEPT SELECT \(list) FROM \(right).\(quoted)))")
        if rows != ["0 0"] { found.append("\(table): \(rows)") }
      }
    }
    return found
  }

  private func postgreSQLDifferences(from other: Database) throws -> [String] {
    func contents(_ database: Database) throws -> [String] {
      let script = """
        SELECT format('SELECT %L || count(*) || '' '' || coalesce(md5(string_agg(whole::text, chr(10) ORDER BY whole::text COLLATE "C")), '''') FROM %I.%I AS whole',
          n.nspname || '.' || relname || ' ', n.nspname, relname)
        FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind IN ('r', 'p') AND NOT relispartition
        AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1 \\gexec
        """
      let path = location.isEmpty ? "" : "/tmp/wis-contents-\(UUID().uuidString).sql"
      try script.write(toFile: path, atomically: true, encoding: .utf8)
      defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: path) } }
      let answer = try Program.run(["psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-d", database.location, "-f", path])
      try #require(answer.status == 0, "\(answer.output)")
      return answer.output.split(separator: "\n").map(String.init)
    }
    return Set(try contents(self)).symmetricDifference(Set(try contents(other))).sorted()
  }
}
