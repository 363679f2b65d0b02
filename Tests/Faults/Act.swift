import Foundation
import PostgreSQL
import SQLite
import Testing

/// What others do while a run stands still.
enum Act: String {
  /// A person stops all agents.
  case stop
  /// A person places a hold.
  case hold
  /// Another agent comes.
  case agent
  /// Somebody locks what is to be erased, and lets go when the run waits for it.
  case lock
  /// The server ends the run's session.
  case terminate
  /// The server crashes and comes back.
  case crash

  /// Does it, lets the run go on, and undoes it. Answers what came of every agent.
  func happen(to copy: Trial.Copy, _ run: Wis.Running, _ trace: Trace, goOn: () -> Void) throws -> [Wis.Outcome] {
    switch self {
    case .stop:
      let stopped = try copy.node.wis("stop")
      #expect(stopped.exit == 0, "\(stopped)")
      goOn()
      let outcome = run.wait()
      #expect(try copy.node.wis("stop", "--release").exit == 0)
      return [outcome]
    case .hold:
      let placed = try copy.node.wis("hold", "add", "sample", "--table", "hours", "--reason", "court case", "--json")
      goOn()
      let outcome = run.wait()
      // A run that was stopped while it wrote to the state store keeps everybody else out of it.
      guard placed.exit == 0 else {
        #expect(placed.errors.contains("locked"), "\(placed)")
        return [outcome]
      }
      #expect(try copy.node.wis("hold", "release", try #require(try placed.json()["hold"].text)).exit == 0)
      return [outcome]
    case .agent:
      let other = try Wis.run(["run", "--config", copy.node.config], in: copy.node.folder)
      goOn()
      return [other, run.wait()]
    case .lock:
      let lock = Lock(on: copy.database)
      goOn()
      if lock.isHeld { try copy.database.wait(while: run, trace) }
      lock.release()
      return [run.wait()]
    case .terminate:
      try PostgreSQL.Connection(url: try copy.database.administration()).run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(try copy.database.name())'")
      goOn()
      return [run.wait()]
    case .crash:
      try OwnServer.crash()
      goOn()
      return [run.wait()]
    }
  }

  /// A lock that an application holds on what a run wants to change.
  private final class Lock {
    private(set) var isHeld = false
    private var file: SQLite.Connection?
    private var session: PostgreSQL.Connection?

    /// Takes it, unless the run has it already.
    init(on database: Database) {
      do {
        switch database.engine {
        case .sqlite:
          let file = try SQLite.Connection(path: database.location, mode: .readWrite)
          // In WAL mode a reader keeps nobody from writing; otherwise a commit waits for every reader.
          let isWAL = try file.text("PRAGMA journal_mode") == "wal"
          try file.execute(isWAL ? "BEGIN IMMEDIATE" : "BEGIN; SELECT * FROM person")
          self.file = consume file
        case .postgreSQL:
          let session = try PostgreSQL.Connection(url: database.location)
          try session.execute("BEGIN; SELECT * FROM person, hours FOR UPDATE NOWAIT")
          self.session = consume session
        }
        isHeld = true
      } catch {
        isHeld = false
      }
    }

    func release() {
      file = nil
      session = nil
    }
  }
}

extension Database {
  /// Waits until a run waits for a lock, or has ended.
  fileprivate func wait(while run: Wis.Running, _ trace: Trace) throws {
    guard engine == .postgreSQL else { return trace.waitUntilWaiting(run) }
    let administrator = try PostgreSQL.Connection(url: try administration())
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = '\(try name())'"
    while run.isRunning, try administrator.integer(waiting) == 0 { usleep(2_000) }
  }

  /// Waits until no agent is connected any more: a server needs a moment to notice that one was killed.
  func waitUntilAlone() throws {
    guard engine == .postgreSQL else { return }
    let administrator = try PostgreSQL.Connection(url: try administration())
    let connected = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND datname = '\(try name())'"
    while try administrator.integer(connected) > 0 { usleep(2_000) }
  }
}
