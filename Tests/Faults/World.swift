import Foundation
import PostgreSQL
import SQLite
import Synchronization
import Testing

/// A small tenant with its node and an approved plan, ready to be copied, and what an undisturbed run makes of it.
struct World {
  /// The node with its plan approved; nothing was run on it.
  let node: TestNode
  let database: Database
  /// What the undisturbed run did.
  let calls: [Call]
  let seconds: Double
  /// Everything that must be so after any run, however disturbed.
  let end: End

  /// What is left when all is settled, in a form that can be compared.
  struct End: Equatable {
    let exit: Int32
    let contents: [String: Set<Database.Row>]
    /// The state store, as lines.
    let memory: [String]
    /// The files of the node.
    let files: Set<String>
    /// What the certificate says of the erased and of the kept.
    let scope: String
  }

  /// Makes it in a folder.
  init(_ script: WorldScript, database: Database, in folder: String) throws {
    node = try TestNode.make(in: folder)
    self.database = database
    try database.execute(script.text)
    try node.policy("agreements/sample", WorldScript.agreement)
    try node.policy("maps/sample", WorldScript.map)
    try node.configure([TestNode.tenant("sample", store: script.engine == .sqlite ? "sqlite:../tenant.db" : database.location)])
    let held = try node.wis("hold", "add", "sample", "--table", "letter", "--reason", "court case")
    try #require(held.exit == 0, "\(held)")
    try node.approvePlans()

    let whole = try Trial.Copy(of: node, database, in: folder + "-whole")
    defer { whole.remove() }
    let trace = Trace(path: whole.node.folder + "/trace")
    let began = Date()
    let first = try whole.run(through: trace.command())
    seconds = Date().timeIntervalSince(began)
    calls = trace.calls(in: whole.node.folder)
    try #require(calls.count > 100, "strace must be able to look at the run")
    try #require(first.exit == (script.hasUndated ? 1 : 0), "\(first)")
    end = try whole.end(exit: first.exit)
    try #require(end.contents["letter"]?.count == 4)
  }
}

/// The worlds of a suite: each is made when it is first asked for, in one folder that is removed afterwards.
final class Worlds: Sendable {
  @TaskLocal static var current: Worlds?

  let folder = FileManager.default.temporaryDirectory.path + "/wis-faults-" + UUID().uuidString
  private let made = Mutex<[String: Result<World, any Error>]>([:])

  private let strikes = Mutex((made: 0, hits: 0))

  /// Counts the faults that were made and those that took place: a matrix that hits nothing proves nothing.
  func count(_ wasHit: Bool) {
    strikes.withLock { $0 = ($0.made + 1, $0.hits + (wasHit ? 1 : 0)) }
  }

  /// How many worlds there are for each engine.
  static let variants = 4

  /// A world, which is always the same one.
  func world(_ script: WorldScript) throws -> World {
    try made.withLock { made in
      let name = "\(script.engine)-\(script.variant)"
      let world = made[name] ?? Result { try make(script, "\(folder)/\(name)") }
      made[name] = world
      return try world.get()
    }
  }

  private func make(_ script: WorldScript, _ folder: String) throws -> World {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let database =
      switch script.engine {
      case .sqlite: Database(engine: .sqlite, location: "\(folder)/tenant.db")
      case .postgreSQL: try Database.make(on: script.variant == WorldScript.onOwnServer ? try OwnServer.url() : try Database.server())
      }
    return try World(script, database: database, in: folder)
  }

  fileprivate func remove() {
    strikes.withLock { strikes in #expect(strikes.made < 20 || strikes.hits * 3 > strikes.made * 2, "\(strikes)") }
    made.withLock { made in
      for case .success(let world) in made.values where world.database.engine == .postgreSQL {
        #expect(throws: Never.self) { try world.database.drop() }
      }
      #expect(throws: Never.self) { try OwnServer.remove() }
      #expect(throws: Never.self) { if !made.isEmpty { try FileManager.default.removeItem(atPath: folder) } }
    }
  }

  /// Gives a suite its worlds.
  struct Provider: SuiteTrait, TestScoping {
    func provideScope(for test: Test, testCase: Test.Case?, performing body: @Sendable () async throws -> Void) async throws {
      let worlds = Worlds()
      defer { worlds.remove() }
      try await Worlds.$current.withValue(worlds) { try await body() }
    }
  }
}

extension Trait where Self == Worlds.Provider {
  /// Worlds to break, made once for the suite.
  static var worlds: Self { Self() }
}
