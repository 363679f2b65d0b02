import Foundation
import TestSupport
import Testing

/// Values that nobody chose, through a package and back, by sqlite3 and psql themselves.
@Suite struct `Any values` {
  private struct Literals {
    var random: SeededRandom
    let engine: Database.Engine

    mutating func pick<Element>(_ choices: [Element]) -> Element { choices[Int.random(in: choices.indices, using: &random)] }

    mutating func bytes(_ length: Int) -> String {
      (0..<length).map { _ in
        let byte = UInt8.random(in: .min ... .max, using: &random)
        return byte < 16 ? "0" + String(byte, radix: 16) : String(byte, radix: 16)
      }.joined()
    }

    mutating func text() -> String {
      let parts = [
        "a", "\"", ",", "'", "\n", "\r\n", "\\", "\\N", "\\.", "é", "😀", " ", "\t", "{", "}", "[1]", "=1+1", "NULL", "0x1", "1e5", "-",
      ]
      return (0..<Int.random(in: 0...6, using: &random)).map { _ in pick(parts) }.joined()
    }

    func quoted(_ text: String) -> String { "'" + text.replacingOccurrences(of: "'", with: "''") + "'" }

    mutating func real() -> String {
      let number = Double(bitPattern: random.next())
      return number.isFinite
        ? (pick([number, (number * 100).rounded() / 100, Double(Int32(truncatingIfNeeded: random.next())) / 100])).description : "0.5"
    }

    mutating func digits(_ most: Int) -> String {
      (0..<Int.random(in: 1...most, using: &random)).map { _ in String(Int.random(in: 0...9, using: &random)) }.joined()
    }

    /// A value for a column of SQLite, of whatever class.
    mutating func any() -> String {
      switch Int.random(in: 0...7, using: &random) {
      case 0: return "NULL"
      case 1: return String(Int64(truncatingIfNeeded: random.next()) >> Int64.random(in: 0...63, using: &random))
      case 2:
        let real = real()
        return real.contains(".") || real.contains("e") ? real : real + ".0"
      case 3: return "x'\(bytes(pick([0, 1, 2, 3, 40, 1_024, 1_025])))'"
      case 4: return "CAST(x'\(bytes(4))' AS TEXT)"
      case 5:
        return quoted(pick([digits(25), "-" + digits(5) + "." + digits(5), "2024-0\(digits(1))-1\(digits(1))", " 12", "1e400", "INF"]))
      default: return quoted(text())
      }
    }

    mutating func day() -> String {
      "\(1000 + Int.random(in: 0...8_000, using: &random))-0\(Int.random(in: 1...9, using: &random))-1\(pick([0, 5, 9]))"
    }

    mutating func time() -> String {
      "\(pick(["00", "12", "23"])):\(pick(["00", "59"])):\(pick(["00", "59.5", "07.000001"]))"
    }

    /// A value for a type of PostgreSQL.
    mutating func value(_ type: String) -> String {
      if Int.random(in: 0...6, using: &random) == 0 { return "NULL" }
      switch type {
      case "bigint": return "'\(Int64(truncatingIfNeeded: random.next()))'"
      case "numeric": return "'\(pick(["", "-"]))\(digits(30)).\(digits(30))'"
      case "numeric(12,2)": return "'\(pick(["", "-"]))\(digits(9)).\(digits(2))'"
      case "float4": return pick(["'\(digits(6)).\(digits(3))'", "'NaN'", "'-Infinity'"])
      case "float8": return pick(["'\(real())'", "'NaN'", "'-Infinity'"]).replacingOccurrences(of: "e+", with: "e")
      case "boolean": return pick(["true", "false"])
      case "date": return pick(["'\(day())'", "'infinity'", "'0044-03-15 BC'"])
      case "timestamp", "timestamptz": return pick(["'\(day()) \(time())'", "'-infinity'"])
      case "time": return "'\(time())'"
      case "interval": return "'\(digits(2)) mons -\(digits(3)) days \(time())'"
      case "bytea": return "'\\x\(bytes(pick([0, 1, 5, 1_025])))'"
      case "jsonb": return "to_jsonb(\(quoted(text()))::text)"
      case "text[]": return "ARRAY[\(quoted(text())), NULL, \(quoted(text()))]::text[]"
      case "float8[]", "numeric[]": return pick(["'{}'", "'{\(digits(5)).\(digits(3)),NULL,NaN}'", "'{{1,2},{3,4}}'"])
      default: return quoted(text())
      }
    }
  }

  @Test(arguments: Database.Engine.allCases, [UInt64(1), 2, 3])
  func `come back as they were`(engine: Database.Engine, seed: UInt64) throws {
    var literals = Literals(random: SeededRandom(seed: seed), engine: engine)
    let types =
      engine == .sqlite
      ? ["INTEGER", "NUMERIC", "REAL", "TEXT", "BLOB", "", "DATE", "BOOLEAN"]
      : [
        "bigint", "numeric", "numeric(12,2)", "boolean", "date", "timestamp", "timestamptz", "time", "interval", "bytea", "jsonb", "text[]",
        "numeric[]", "text", "varchar(100)",
      ] + (seed == 1 ? ["float8", "float4", "float8[]"] : [])
    let columns = types.indices.map { "c\($0) \(types[$0])" }.joined(separator: ", ")
    var script = "CREATE TABLE keyed (id integer PRIMARY KEY, \(columns)); CREATE TABLE keyless (\(columns));\n"
    for table in ["keyed", "keyless"] {
      let rows = (1...150).map { id in
        let values = types.map { engine == .sqlite ? literals.any() : literals.value($0) }
        return "(" + (table == "keyed" ? ["\(id)"] + values : values).joined(separator: ", ") + ")"
      }
      script += "INSERT INTO \(table) VALUES \(rows.joined(separator: ",\n"));\n"
    }
    try Sample.with(engine, script: Sample.script + script) { sample in
      let package = try Package.export(sample)
      _ = try package.rows()
      try Database.with(engine, in: sample.node.folder + "/node") { restored in
        try package.restore(into: restored)
        #expect(try restored.differences(from: sample.database) == [])
      }
      let verified = try sample.node.wis("export", "verify", package.file, "--against", "sample", "--restore", "sqlite", "-q")
      #expect(verified.exit == 0, "\(verified)")
    }
  }
}
