import Foundation
import PostgreSQL
import SQLite
import Testing

/// One trial of the crash matrix: a fresh copy of a world, what befalls its runs, and what must be so in the end.
struct Trial: CustomTestStringConvertible {
  let engine: Database.Engine
  let seed: Int

  var testDescription: String { "\(engine):\(seed)" }

  /// Lets the faults happen, then runs until all is settled, and compares.
  func run(in worlds: Worlds) throws {
    let choice = Choice(self)
    let isOnOwnServer = engine == .postgreSQL && choice.variant == WorldScript.onOwnServer
    try isOnOwnServer ? OwnServer.alone { try run(choice, in: worlds) } : run(choice, in: worlds)
  }

  private func run(_ choice: Choice, in worlds: Worlds) throws {
    var choice = choice
    let world = try worlds.world(WorldScript(engine: engine, variant: choice.variant))
    let copy = try Copy(of: world.node, world.database, in: "\(worlds.folder)/\(engine)-trial-\(seed)")
    defer { copy.remove() }
    var story: [String] = []
    for fault in choice.faults(of: world) {
      let (outcomes, wasHit) = try fault.strike(copy, world)
      worlds.count(wasHit)
      for outcome in outcomes {
        story.append("\(fault): \(outcome)")
        try expectTruth(outcome, canSpeak: !fault.silences, copy, world, story)
      }
    }
    let settled = try copy.run()
    story.append("afterwards: \(settled)")
    #expect(settled.exit == world.end.exit, "\(story.joined(separator: "\n"))")
    let end = try copy.end(exit: settled.exit)
    #expect(end.contents == world.end.contents, "\(story.joined(separator: "\n"))")
    #expect(end.memory == world.end.memory, "\(story.joined(separator: "\n"))")
    #expect(end.files == world.end.files, "\(story.joined(separator: "\n"))")
    #expect(end.scope == world.end.scope, "\(story.joined(separator: "\n"))")
  }

  /// Whatever befell a run: nothing went that must stay, and it told the truth about what it did.
  private func expectTruth(_ outcome: Wis.Outcome, canSpeak: Bool, _ copy: Copy, _ world: World, _ story: [String]) throws {
    let contents = try copy.database.contents()
    for (table, rows) in world.end.contents {
      let lost = Set(rows.map(Self.key)).subtracting((contents[table] ?? []).map(Self.key))
      #expect(lost.isEmpty, "\(table) has lost rows\n\(story.joined(separator: "\n"))")
    }
    #expect(try copy.database.count("hours WHERE person NOT IN (SELECT id FROM person)") == 0, "\(story.joined(separator: "\n"))")
    switch outcome.exit {
    case 0: #expect(contents == world.end.contents, "\(story.joined(separator: "\n"))")
    case -SIGKILL: break
    case 1...3:
      #expect(!outcome.errors.isEmpty || !canSpeak, "\(story.joined(separator: "\n"))")
      #expect(!outcome.errors.contains("Fatal error"), "\(story.joined(separator: "\n"))")
    default: Issue.record("an exit code that nobody expects\n\(story.joined(separator: "\n"))")
    }
  }

  private static func key(_ row: Database.Row) -> [String?] { [row["id"], row["person"], row["line"]] }
}

extension Trial {
  /// A copy of a world, for one trial.
  struct Copy {
    let node: TestNode
    let database: Database

    init(of origin: TestNode, _ database: Database, in folder: String) throws {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      node = TestNode(folder: folder)
      try FileManager.default.copyItem(atPath: origin.home, toPath: node.home)
      switch database.engine {
      case .sqlite:
        self.database = Database(engine: .sqlite, location: "\(folder)/tenant.db")
        try FileManager.default.copyItem(atPath: database.location, toPath: self.database.location)
      case .postgreSQL:
        self.database = try Database.make(on: try database.administration(), from: try database.name())
        let configuration = try String(contentsOfFile: node.config, encoding: .utf8)
        try node.write(configuration.replacingOccurrences(of: database.location, with: self.database.location), to: node.config)
      }
    }

    func remove() {
      #expect(throws: Never.self) {
        if database.engine == .postgreSQL { try database.drop() }
        try FileManager.default.removeItem(atPath: node.folder)
      }
    }

    /// Starts `wis run`, under another program or by itself.
    func start(through other: [String] = []) throws -> Wis.Running {
      // A server may need a moment to notice that an agent was killed; until then it keeps the tenant for it.
      try database.waitUntilAlone()
      return try Wis.start(["run", "--config", node.config], in: node.folder, through: other)
    }

    func run(through other: [String] = []) throws -> Wis.Outcome { try start(through: other).wait() }

    /// What is left after a run, once more run, so that a second one finds nothing.
    func end(exit: Int32) throws -> World.End {
      let again = try run()
      #expect(again.exit == exit && again.output.contains("nothing due"), "\(again)")
      #expect(try node.wis("log", "verify").exit == 0)
      let certificates = try node.certificates("sample")
      #expect(certificates.count == 1)
      var scopes: [String] = []
      for certificate in certificates {
        let verified = try node.wis("certificate", "verify", certificate)
        #expect(verified.exit == 0, "\(verified)")
        var scope = try node.wis("certificate", "show", certificate, "--json").json()["scope"]
        // Commitments are salted, so that they differ each time.
        #expect(scope["subjects"].text?.count == 64)
        scope = scope.without("subjects")
        scopes.append(scope.canonical)
      }
      return World.End(
        exit: exit, contents: try database.contents(), memory: try memory(), files: try files(), scope: scopes.joined(separator: "\n"))
    }

    /// What the state store remembers, but for names, times and how the rows fell into batches.
    private func memory() throws -> [String] {
      let state = try SQLite.Connection(path: node.home + "/state.db", mode: .readWrite, busyTimeout: .seconds(5))
      var lines: [String] = []
      for query in [
        "SELECT 'plans ' || state || ' ' || count(*) FROM plans GROUP BY state",
        "SELECT 'runs ' || state || ' ' || count(*) FROM runs GROUP BY state",
        """
        SELECT 'rows ' || state || ' ' || table_name || ' ' || category || ' ' || action || ' ' || sum(row_count) \
        FROM batches GROUP BY state, table_name, category, action
        """, "SELECT 'frozen keys ' || count(*) FROM frozen_keys",
        "SELECT 'certificates ' || count(*) || ' released ' || count(released_at) FROM certificates",
        "SELECT 'leaves ' || count(*) FROM leaves", "SELECT 'knows ' || name FROM meta ORDER BY name",
        "SELECT 'tenant ' || result || ' ' || counts FROM tenants",
      ] {
        try state.query(query) { row in
          lines.append(try row.text(0))
          return .continue
        }
      }
      return lines
    }

    /// The files of the node; certificates have names of their own.
    private func files() throws -> Set<String> {
      Set(
        try FileManager.default.subpathsOfDirectory(atPath: node.home).map { path in
          path.split(separator: "/").map { $0.hasPrefix("VN-") ? "VN" : $0 }.joined(separator: "/")
        })
    }
  }
}
