import Enforcement
import Evidence
import PostgreSQL
import Retention
import SQLite
import Stores

/// What went wrong with a tenant: with its database, with what its map says of that, or while it was changed.
extension Complaining {
  static func words(_ error: EnforcementError) -> ([String], ExitStatus) {
    switch error {
    case .store(let error): words(error)
    case .decision(let error): ([words(error)], .misused)
    case .evidence(let error): ([error.description], status(error))
    case .stalePlan(.differs(let now)):
      (["the plan no longer fits: today it would be \(now.prefix(12)); make and approve a new one"], .misused)
    case .stalePlan(.unfounded(let digest)):
      (
        [
          "an interrupted run under plan \(digest.prefix(12)) erased rows by rules that are gone, so it cannot be certified; "
            + "put agreement and data map back as they were, let wis run end it, and change them then"
        ], .misused
      )
    case .stalePlan(.future(let day)): (["the plan was made for \(day), which is in the future; only a dry run may be"], .misused)
    case .stalePlan(.tooOld(let day, let days)):
      (["the plan was made for \(day) and plans may be applied for \(days) days; make a new one"], .misused)
    case .exceedsPlan(let table, let planned, let found):
      (["table \(table): \(found) rows would go where the plan has \(planned); nothing of the batch was done; make a new plan"], .notDone)
    case .notReturned(let table): (["table \(table) has a row that is no longer what was returned; its batch was rolled back"], .notDone)
    case .refusedByTrigger(let tables, let triggers):
      (
        [
          "table \(tables.joined(separator: ", ")): a trigger or rule of the database refuses the change"
            + "\(triggers.isEmpty ? "" : " (of \(triggers.joined(separator: ", ")))"); nothing of the batch was done; "
            + "correct the rows or the trigger, or hold the table with wis hold add"
        ], .notDone
      )
    case .undecidedBatch(let table, let rows, let untouched):
      (
        [
          "table \(table): of a batch of \(rows) rows that was interrupted, \(untouched) are still there; "
            + "something else changed them; look into it before running again"
        ], .notDone
      )
    case .fileRoot(let name, let path, let problem):
      (
        [
          "the folder of '\(name)'\(path.isEmpty ? "" : " (\(path))") cannot be opened: \(problem); rows name files in it: "
            + "mount it, or correct file-roots in wis.yaml; nothing was erased"
        ], .misused
      )
    case .stopped(let reason): (["stopped at a batch boundary: \(reason)"], .notDone)
    case .unverified(let checks):
      (checks.map { "verification failed: \(words($0))" }, .unverified)
    }
  }

  private static func words(_ check: Verification.Check) -> String {
    switch check.kind {
    case .keys:
      "\(check.subject): \(check.failed) of \(check.covered) rows, looked up by their keys, are as they were or there again; a trigger, an "
        + "import or the application put them back, or gave their keys to new rows: take these out or give them other keys, and run again"
    case .orphans:
      "\(check.subject): \(check.failed) more rows than before name a row that is not there; correct them, and run again"
    case .remaining:
      "\(check.subject): \(check.failed) of \(check.covered) rows that had to stay are gone, and not by this run; "
        + "when it is known who removed them, run again"
    }
  }

  static func words(_ error: StoreError) -> ([String], ExitStatus) {
    switch error {
    case .sqlite(let error):
      ([words(error)], error.isUnavailable || error.isCorrupt ? .misused : .notDone)
    case .postgreSQL(let error): ([words(error)], .notDone)
    case .unreadableClock(let table, let column, let type, let encoding):
      (["\(table).\(column): a column of type \(type) cannot tell time as '\(encoding)'; correct the clock in the data map"], .misused)
    case .missing(let table, let column):
      (["the database has no \(column.map { "column \(table).\($0)" } ?? "table \(table)"); correct the data map"], .misused)
    case .wrongKey(let table, let columns):
      (["table \(table) has the key (\(columns.joined(separator: ", "))); give \(columns.count) values, separated by commas"], .misused)
    case .unnameableRow(let table):
      (
        [
          "table \(table): a row that falls due has NULL, or bytes that are no text, in its key; correct that row, or declare other columns "
            + "that tell rows apart under 'key:' in the data map"
        ], .notDone
      )
    case .ambiguousKey(let table, let columns):
      (
        [
          "table \(table): rows share the key (\(columns.joined(separator: ", "))) that the data map declares, or have NULL in it; "
            + "declare columns that tell all rows apart"
        ], .misused
      )
    case .unforeseenRows(let table, let rows):
      (
        [
          "table \(table): foreign keys would change \(rows) more rows than any reference leads to; nothing of the batch was done; "
            + "look at the keys that name this table, and declare them under 'references:' in the data map"
        ], .notDone
      )
    case .nothingToSet(let table, let action):
      (
        [
          "table \(table): rows are to be \(action == .restrict ? "restricted" : "reduced"), and the data map no longer says how; "
            + "nothing was done; put '\(action == .restrict ? "when-restricted" : "when-still-needed"):' back"
        ], .misused
      )
    case .noSchema(let name): (["the database has no schema '\(name)'; correct the tenant's entry"], .misused)
    case .noName(let table): (["the database has a table, or a column of the table '\(table)', whose name is empty; give it one"], .misused)
    case .sameName(let table, let column):
      (
        [
          "the database has two \(column.map { "columns \(table).\($0)" } ?? "tables \(table)"), whose names differ in the encoding of a "
            + "letter only (Unicode normalisation), or in where the schema ends; rename one"
        ], .misused
      )
    }
  }

  static func words(_ error: SQLiteError) -> String {
    let remedy =
      error.isBusy
      ? "; the database is locked by another program"
      : error.isFull
        ? "; make room"
        : error.code ~= .notADatabase
          ? "; the file is not a SQLite database"
          : error.isCorrupt ? "; the file is damaged: restore it" : error.isUnavailable ? "; check the path and its permissions" : ""
    return "\(error.message) (SQLite \(error.code.rawValue))\(remedy)"
  }

  private static func words(_ error: PostgreSQLError) -> String {
    let remedy =
      error.isLockTimeout
      ? "; another program holds a lock on what is needed; run again when it has let go"
      : error.code == .characterNotInRepertoire
        ? "; a row that falls due holds bytes that are no text in UTF-8: correct them, or hold its table with wis hold add" : ""
    return "\(error.message)\(error.code.map { " (SQLSTATE \($0.rawValue))" } ?? "")\(error.table.map { ", table \($0)" } ?? "")\(remedy)"
  }

  static func words(_ error: DecisionError) -> String {
    switch error {
    case .missingTable(let table): "the data map speaks of table \(table), which the database does not have; correct the map"
    case .missingColumn(let table, let column):
      "the data map speaks of column \(table).\(column), which the database does not have; correct the map"
    case .noKey(let table): "table \(table) has no primary or unique key to name rows by; declare 'key:' in the data map"
    case .cycle(let tables):
      "tables belong to each other in a circle: \((tables + tables.prefix(1)).joined(separator: " → ")); give one of them a clock and no parent"
    case .inseparable(let references):
      "tables refer to each other in a circle that the database enforces at once (ON DELETE RESTRICT): "
        + "\(references.map(\.description).joined(separator: ", ")); let one of these columns be NULL, or declare its key without RESTRICT"
    case .noReference(let table, let owner):
      "table \(table) belongs to \(owner), but nothing refers from the one to the other; add it under 'references:'"
    case .ambiguousReference(let table, let owner):
      "table \(table) refers to \(owner) by more than one key; it cannot be told by which it belongs"
    case .noClock(let rule, let table, let clock):
      "rule '\(rule)' counts from \(clock.map { "the clock '\($0)'" } ?? "a clock"), which table \(table) does not have; add it to the data map"
    case .ambiguousClock(let rule, let table, let clocks):
      "rule '\(rule)' does not say which clock of table \(table) it counts from: \(clocks.joined(separator: ", ")); add 'clock:' to the rule"
    case .cannotBlank(let table, let column):
      "\(table).\(column) allows no NULL; keep it, or say what takes its place under 'blank:' in the data map"
    case .cannotMark(let table, let column):
      "\(table).\(column) names rows, ties them to others or to their tenant, or is computed by the database, so it cannot mark a row "
        + "as restricted; name a column of its own under 'when-restricted:' in the data map"
    case .noTenantColumn(let table, let column):
      "table \(table) has no column '\(column)' and belongs to no table that has; it cannot be told whose its rows are"
    case .largeObjects(let table, let column):
      "\(table).\(column) names large objects, which would stay in the database when their rows go: let it unlink them (CREATE EXTENSION lo; "
        + "CREATE TRIGGER … BEFORE UPDATE OR DELETE ON \(table) FOR EACH ROW EXECUTE FUNCTION lo_manage(\(column))), or, if it names none, "
        + "give the column 'category: none'"
    case .notErasable(let table, .virtual):
      "\(table) is a virtual or foreign table without rows of its own, in which Wis erases nothing: let triggers of the tables that it "
        + "repeats keep it in step, then give it 'category: none'"
    case .notErasable(let table, .unreadable):
      "\(table) is kept by a SQLite module or tokenizer that this program does not have, or is an index without its rows, so nothing can be "
        + "counted or erased in it; where nothing in it is about people, give it 'category: none'"
    case .notErasable(let table, let kind): "\(table) is a \(kind.rawValue); give it 'category: none' and map the tables it is made of"
    }
  }
}
