import Foundation
import Glibc
import Portability
import Retention

extension Bench {
  /// Writes a complete package (counted and hashed by the database, written, hashed, compressed, on the disk), and compares with what
  /// the engine's own programs take for the rows alone. All are processes of their own; what a server does for them counts as well.
  func compareExport(of rows: Int, _ report: inout Report) throws {
    try fillForExport(rows: rows)
    let out = "\(folder)/package"
    let table = "SELECT * FROM regel ORDER BY id"
    let copy = "psql -X -q -d '\(location)' -c '\\copy (\(table)) TO STDOUT (FORMAT csv)'"
    let read = "sqlite3 -csv '\(location)' '\(table)'"
    let rivals: [(what: String, command: String, of: KeyPath<Usage, Duration>, target: Double)] =
      switch engine {
      case .sqlite:
        [
          ("wall, against `sqlite3 -csv >/dev/null`", "\(read) >/dev/null", \.wall, 0.35),
          ("CPU, against `sqlite3 -csv` into `sha256sum`", "\(read) | sha256sum >/dev/null", \.cpu, 0.75),
          ("CPU, against `sqlite3 -csv` into `gzip -6`", "\(read) | gzip -6 >/dev/null", \.cpu, 0.4),
        ]
      case .postgreSQL:
        [
          ("wall, against `psql \\copy` to a file", "\(copy) >'\(folder)/copied.csv'", \.wall, 0.85),
          (
            "CPU, against `psql \\copy` into `sha256sum` and `zstd -3`", "\(copy) | tee >(sha256sum >/dev/null) | zstd -q -3 >/dev/null",
            \.cpu,
            0.75
          ),
          ("CPU, against `pg_dump -Fc`", "pg_dump -Fc -d '\(location)' -t regel -f '\(folder)/dumped'", \.cpu, 0.35),
        ]
      }
    var (ours, theirs): ([Usage], [[Usage]]) = ([], rivals.map { _ in [] })
    for _ in 0..<3 {
      ours.append(try export(to: out))
      for index in rivals.indices { theirs[index].append(try usage(of: ["bash", "-c", "set -o pipefail; \(rivals[index].command)"])) }
    }
    for (rival, usages) in zip(rivals, theirs) {
      report.tell(
        Measurement(
          what: "\(engine.rawValue): package of \(rows) rows, \(rival.what)",
          rounds: zip(ours, usages).map { (wis: $0[keyPath: rival.of], engine: $1[keyPath: rival.of]) }, target: rival.target,
          note: engine == .sqlite ? "hashed twice: as SQLite holds it, and as written" : "the server hashes each row beside copying it"))
    }
    let peak = ours.map(\.peak).max() ?? .nan
    report.tell(
      limit: "\(engine.rawValue): peak memory of an export of \(rows) rows", "\(Measurement.text(peak)) MiB", "64 MiB", peak <= 64)
    // No server has a part in it, and what one does in its own time is not counted.
    let verified = try usage(of: [Self.program, "verify-package", out + ".zip"], withServer: false)
    if engine == .postgreSQL { try run("DROP TABLE regel") }
    let speed = Double(ours[0].bytes) / 1_000_000 / (verified.cpu / .seconds(1))
    report.tell(
      limit: "\(engine.rawValue): verification of \(ours[0].bytes / 1_000_000) MB of CSV, per CPU-second", "\(Measurement.text(speed)) MB",
      "100 MB", speed >= 100)
  }

  /// What a command took.
  struct Usage {
    var wall = Duration.zero
    var cpu = Duration.zero
    /// MiB, when the command says so.
    var peak = Double.nan
    /// Bytes of CSV, when the command says so.
    var bytes = 0
  }

  private static let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path

  private func export(to out: String) throws -> Usage {
    _ = try? FileManager.default.removeItem(atPath: out + ".zip")
    return try usage(of: [Self.program, "export-package", engine.rawValue, location, out + ".zip"])
  }

  private func usage(of command: [String], withServer: Bool = true) throws -> Usage {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    let pipe = Pipe()
    process.standardOutput = pipe
    let isServed = withServer && engine == .postgreSQL
    let before = try cpu(withServer: isServed)
    var said = Data()
    var usage = Usage()
    usage.wall = try Measurement.time {
      try process.run()
      said = try pipe.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
    }
    precondition(process.terminationStatus == 0, "the command works: \(command)")
    // A server counts what a session took when the session has ended.
    if isServed { usleep(300_000) }
    usage.cpu = try cpu(withServer: isServed) - before
    let numbers = String(decoding: said, as: UTF8.self).split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
    if numbers.count == 2 { (usage.peak, usage.bytes) = (numbers[0], Int(numbers[1])) }
    return usage
  }

  /// What all children of this process, and of the server, took until now.
  private func cpu(withServer: Bool) throws -> Duration {
    var children = rusage()
    guard unsafe getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &children) == 0 else { preconditionFailure("the kernel counts") }
    let own = [children.ru_utime, children.ru_stime].reduce(Duration.zero) {
      $0 + .seconds($1.tv_sec) + .microseconds(Int64($1.tv_usec))
    }
    guard withServer else { return own }
    let process = try text("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)")
    let fields =
      try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8).split(separator: ")").last?.split(separator: " ") ?? []
    // Fields 16 and 17 of proc(5), of which two stand before the parenthesis: of children that have ended, in hundredths.
    let ticks = fields.count > 14 ? (Int(fields[13]) ?? 0) + (Int(fields[14]) ?? 0) : 0
    return own + .milliseconds(ticks * 10)
  }

  /// Rows of about a hundred bytes, of several types.
  private func fillForExport(rows: Int) throws {
    switch engine {
    case .sqlite:
      _ = try? FileManager.default.removeItem(atPath: location)
      try run(
        """
        PRAGMA synchronous = OFF;
        CREATE TABLE regel (id INTEGER PRIMARY KEY, persoon INTEGER, dag TEXT, tekst TEXT, uren REAL, bedrag NUMERIC, code TEXT, tijd TEXT);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(rows))
        INSERT INTO regel SELECT i, i * 7919 % 100000, date('2010-01-01', '+' || (i % 5000) || ' days'),
          'regel met wat tekst en nog iets meer ' || i || CASE i % 10 WHEN 0 THEN ', "x"' ELSE '' END, i % 1600 / 100.0,
          i * 31 % 1000000 / 100.0, 'K' || (i % 50), datetime(1700000000 + i, 'unixepoch') FROM n
        """)
    case .postgreSQL:
      try run(
        """
        DROP TABLE IF EXISTS regel;
        CREATE TABLE regel (id bigint PRIMARY KEY, persoon integer, dag date, tekst text, uren float8, bedrag numeric(12,2), code text,
          tijd timestamptz);
        INSERT INTO regel SELECT i, i * 7919 % 100000, date '2010-01-01' + (i % 5000)::int,
          'regel met wat tekst en nog iets meer ' || i || CASE i % 10 WHEN 0 THEN ', "x"' ELSE '' END, i % 1600 / 100.0,
          (i * 31 % 1000000 / 100.0)::numeric(12,2), 'K' || (i % 50), to_timestamp(1700000000 + i) FROM generate_series(1::bigint, \(rows)) i;
        """)
      try run("VACUUM ANALYZE regel")
      try run("CHECKPOINT")
    }
  }

  /// Writes a package of the rows, and says the memory it took and how many bytes of CSV it holds.
  func writePackage(to path: String, on today: CivilDate) throws {
    let policy = policy(tables: ["regel": MappedTable(category: Category("hours"), clocks: [:])])
    let request = ExportRequest(policy: policy, extent: .tenant, nature: nil, day: today, tool: "bench")
    let file = try PackageFile.write(request, from: try store(), for: nil, to: path, with: nil, progress: { _ in })
    print(try Measurement.peakMemory(), file.summary.evidence.tables.reduce(0) { $0 + $1.bytes })
  }
}
