import Residue
import Retention
import SQLite

/// Leaves nothing of erased rows in a SQLite file and beside it.
///
/// The order matters: what the database derives from rows is made again first, because that frees pages; then the pages are
/// written anew or overwritten; the journal, which saw all of it, comes last. Every step can be repeated, and none harms
/// the database when it is killed.
struct SQLiteCleanser {
  let path: String
  let level: ErasureLevel
  let budget: ScrubBudget
  let busyTimeout: Duration
  private let started = ContinuousClock().now

  init(path: String, level: ErasureLevel, budget: ScrubBudget, busyTimeout: Duration) {
    self.path = path
    self.level = level
    self.budget = budget
    self.busyTimeout = busyTimeout
  }

  func run() throws(StoreError) -> Cleansing {
    var cleansing = Cleansing()
    cleansing.outcomes[.derived] = try attempt { database throws(SQLiteError) in try Self.optimizeFullText(database) }
    cleansing.outcomes[.statistics] = try attempt { database throws(SQLiteError) in try Self.analyze(database) }
    var pages: Cleansing.Result? = .notApplicable
    if level == .rewritten {
      pages = try fits() ? attempt { database throws(SQLiteError) in try Self.vacuum(database) } : .waiting(.disk)
    }
    if case .waiting = pages {
    } else {
      let scrubbed = try scrub()
      // Written anew, a file still has copies of kept rows where pages were split; those are overwritten as well.
      if case .waiting = scrubbed { pages = scrubbed } else { pages = level == .rewritten ? pages : scrubbed }
    }
    cleansing.outcomes[.pages] = pages
    cleansing.outcomes[.journal] = try journal()
    return cleansing
  }

  /// A connection of its own for each step: what another has cached is as the file was before.
  private func connect() throws(SQLiteError) -> SQLiteFileSession { try SQLiteFileSession(path, busyTimeout: busyTimeout) }

  private var timeLeft: Duration? {
    budget.seconds.map { max(.milliseconds(1), .seconds($0) - (ContinuousClock().now - started)) }
  }

  /// Runs a step within what is left of the time; what is in its way is told, all else is an error.
  private func attempt(
    _ step: (borrowing SQLite.Connection) throws(SQLiteError) -> Cleansing.Result?
  ) throws(StoreError) -> Cleansing.Result? {
    do {
      let session = try connect()
      session.database.limitTime(to: timeLeft)
      return try step(session.database)
    } catch {
      guard let obstacle = Cleansing.Obstacle(error) else { throw .sqlite(error) }
      return .waiting(obstacle)
    }
  }

  /// A full-text index keeps deleted words in its older segments until they are merged (https://www.sqlite.org/fts5.html#the_optimize_command).
  /// Nil where one has no contents: whether it still has words of erased rows, only the application knows.
  private static func optimizeFullText(_ database: borrowing SQLite.Connection) throws(SQLiteError) -> Cleansing.Result? {
    let indexes = try SQLiteFullText.all(database)
    for index in indexes {
      let name = try SQLite.quoted(index)
      // An index whose rows were deleted behind its back still has their words.
      if try isStale(name, database) { try database.run("INSERT INTO main.\(name)(\(name)) VALUES ('rebuild')") }
      try database.run("INSERT INTO main.\(name)(\(name)) VALUES ('optimize')")
    }
    if try SQLiteFullText.anyIsWithoutContents(database) { return nil }
    return indexes.isEmpty ? .notApplicable : .done(.recomputed)
  }

  /// Whether a full-text index has other words than its rows. The older kinds take no rank, and one without contents has nothing that
  /// it could be compared with.
  private static func isStale(_ name: String, _ database: borrowing SQLite.Connection) throws(SQLiteError) -> Bool {
    for check in ["(\(name), rank) VALUES ('integrity-check', 1)", "(\(name)) VALUES ('integrity-check')"] {
      do {
        try database.run("INSERT INTO main.\(name)\(check)")
        return false
      } catch ResultCode.corrupt {
        return true
      } catch ResultCode.error {
        continue
      } catch {
        throw error
      }
    }
    return false
  }

  private static func analyze(_ database: borrowing SQLite.Connection) throws(SQLiteError) -> Cleansing.Result {
    // Only samples hold values; `sqlite_stat1` counts rows (https://www.sqlite.org/fileformat2.html#the_sqlite_stat1_table).
    let tables = try database.names("SELECT name FROM sqlite_schema WHERE name GLOB 'sqlite_stat[2-4]'")
    var isSampled = false
    for table in tables where !isSampled {
      isSampled = try database.integer("SELECT count(*) FROM main.\(try SQLite.quoted(table))") > 0
    }
    if !isSampled { return .notApplicable }
    try database.execute("ANALYZE main")
    // What a library with more samples left is not always written again by one with fewer.
    for table in tables where table != "sqlite_stat4" { try database.run("DELETE FROM main.\(try SQLite.quoted(table))") }
    return .done(.recomputed)
  }

  private static func vacuum(_ database: borrowing SQLite.Connection) throws(SQLiteError) -> Cleansing.Result {
    try database.execute("VACUUM")
    return .done(.rewritten)
  }

  /// VACUUM writes the database into a temporary file, and back through the journal (https://www.sqlite.org/lang_vacuum.html).
  private func fits() throws(StoreError) -> Bool {
    guard let bytes = budget.bytes else { return true }
    do { return try 2 * connect().database.fileSize() <= bytes } catch { throw .sqlite(error) }
  }

  private func journal() throws(StoreError) -> Cleansing.Result {
    do {
      return try emptyJournal()
    } catch let error as SQLiteError {
      guard let obstacle = Cleansing.Obstacle(error) else { throw .sqlite(error) }
      return .waiting(obstacle)
    } catch {
      preconditionFailure("a journal has no other errors")
    }
  }

  private func scrub() throws(StoreError) -> Cleansing.Result {
    do {
      let deadline = timeLeft.map { ContinuousClock().now + $0 }
      if try connect().isLogged { return try scrubBehindLog(deadline) }
      try scrubAlone(deadline)
      return .done(.overwritten)
    } catch let error as SQLiteError {
      guard let obstacle = Cleansing.Obstacle(error) else { throw .sqlite(error) }
      return .waiting(obstacle)
    } catch is SQLiteFileError {
      return .waiting(.damage)
    } catch is OutOfTime {
      return .waiting(.time)
    } catch {
      preconditionFailure("a scrub has no other errors")
    }
  }

  private struct OutOfTime: Error {}

  /// With a rollback journal: while nobody else may even read.
  private func scrubAlone(_ deadline: ContinuousClock.Instant?) throws {
    let session = try connect()
    try session.database.transaction(.exclusive) {
      guard try session.database.fileSize() > 0 else { return }
      try overwriteSlack(session, deadline)
      try session.raiseChangeCounter()
      try session.database.synchronizeFile()
    }
  }

  /// With a write-ahead log: once everything in it is in the database, while nobody may write.
  private func scrubBehindLog(_ deadline: ContinuousClock.Instant?) throws -> Cleansing.Result {
    for _ in 0..<5 {
      // The pages of the schema go first, with a connection of their own: the second one writes page 1 again from its cache.
      let first = try connect()
      guard try first.emptyLog() else { continue }
      let isPrepared = try first.database.transaction(.immediate) {
        guard try first.isLogEmpty() else { return false }
        try overwriteSlack(first, deadline, schemaOnly: true)
        return true
      }
      let second = try connect()
      let isDone = try second.database.transaction(.immediate) {
        guard try isPrepared && second.isLogEmpty() else { return false }
        try overwriteSlack(second, deadline)
        try second.database.synchronizeFile()
        // A commit tells other connections that what they have cached is old.
        try second.database.execute("PRAGMA user_version = \(try second.database.integer("PRAGMA user_version"))")
        return true
      }
      if isDone { return .done(.overwritten) }
    }
    return .waiting(.reader)
  }

  /// Overwrites every byte of the file that belongs to nothing. SQLite reads none of them, so being killed half-way is harmless.
  private func overwriteSlack(_ session: SQLiteFileSession, _ deadline: ContinuousClock.Instant?, schemaOnly: Bool = false) throws {
    var walk = try session.walk()
    func overwrite(_ page: SQLiteWalk.Page, _ bytes: [UInt8]) throws {
      if let deadline, ContinuousClock().now > deadline { throw OutOfTime() }
      for range in page.slack where !bytes.isZero(in: range) {
        try session.database.writeFile([UInt8](repeating: 0, count: range.count), at: page.position + range.lowerBound)
      }
    }
    if schemaOnly { try walk.visitSchema(overwrite) } else { try walk.visit(overwrite) }
  }

  /// As last: what the erasure and all of the above left in the journal.
  private func emptyJournal() throws -> Cleansing.Result {
    let session = try connect()
    if try session.isLogged { return try session.emptyLog() ? .done(.checkpointed) : .waiting(.reader) }
    return try session.database.transaction(.exclusive) {
      // Only a journal that is kept is still there: an interrupted transaction was rolled back when the file was opened.
      guard let journal = try BesideFile(path: path + "-journal", forWriting: true) else { return .done(.removed) }
      try journal.overwrite()
      return .done(.overwritten)
    }
  }
}

extension Cleansing.Obstacle {
  /// What an error of SQLite says about what is in the way; nil when it is about something else.
  init?(_ error: SQLiteError) {
    switch error.code.primary {
    case .busy, .locked: self = .reader
    case .interrupt: self = .time
    case .full: self = .disk
    case .readOnly, .permission, .cannotOpen: self = .rights
    // A function, collation or tokenizer that only the application has.
    case .corrupt, .notADatabase, .error: self = .damage
    default: return nil
    }
  }
}
