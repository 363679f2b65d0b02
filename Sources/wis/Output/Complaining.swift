import Agent
import ArgumentParser
import Enforcement
import Evidence
import Foundation
import PolicyLanguage
import Portability
import PostgreSQL
import Retention
import SQLite
import Stores

/// Errors in words for people: what, where, what was found, what to do. One line each, and never a value of a record.
enum Complaining {
  /// The lines that tell what is wrong with a tenant, each with the tenant's name before it.
  static func lines(about error: any Error, of tenant: String) -> [String] {
    about(error).lines.map { $0.hasPrefix("tenant \(tenant):") ? $0 : "tenant \(tenant): \($0)" }
  }

  /// The lines that tell an error, and the exit status it means.
  static func about(_ error: any Error) -> (lines: [String], status: ExitStatus) {
    switch error {
    case let error as PolicyError: (lines(error), .misused)
    case let error as AgentError: words(error)
    case let error as EnforcementError: words(error)
    case let error as StoreError: words(error)
    case let error as DecisionError: ([words(error)], .misused)
    case let error as PortabilityError: words(error)
    case let error as EvidenceError: ([error.description], status(error))
    case let error as UsageError: ([error.text], .misused)
    default: ([Wis.message(for: error).split(separator: "\n").joined(separator: " ")], .misused)
    }
  }

  private static func lines(_ error: PolicyError) -> [String] {
    switch error {
    case .refused(let complaints): complaints.map(\.description)
    case .unreadable(let path, let reason): ["cannot read \(path): \(reason)"]
    }
  }

  private static func status(_ error: EvidenceError) -> ExitStatus {
    switch error {
    case .refused, .rollback: .unverified
    case .file(_, _, let errno): status(errno: errno)
    case .malformedJSON, .uncanonical, .unexpected, .malformed, .key: .misused
    }
  }

  /// A disk that is full, fails or may not be written any more is nobody's misuse.
  private static func status(errno: Int32) -> ExitStatus {
    [ENOSPC, EDQUOT, EIO, EROFS].contains(errno) ? .notDone : .misused
  }

  private static func words(_ error: AgentError) -> ([String], ExitStatus) {
    switch error {
    case .state(let path, let error): (["state store \(path): \(words(error))"], error.isUnavailable ? .misused : .notDone)
    case .stateVersion(let path, let found):
      (["state store \(path): its tables have version \(found), this program needs another; use the program that made it"], .misused)
    case .stateContent(let what): (["state store: \(what) cannot be read; restore the store from a backup"], .notDone)
    case .file(let path, let problem): (["\(path) \(problem)"], .misused)
    case .unknownTenant(let name, let known):
      (["unknown tenant '\(name)'; \(listed(known))"], .misused)
    case .notVanished(let name, let vanished):
      (["tenant '\(name)' is not one that is gone from the inventory; \(vanished.isEmpty ? "none is" : listed(vanished))"], .misused)
    case .unfinishedRun(let tenant, let run):
      (["tenant \(tenant): run \(run) was interrupted and not settled; bring the tenant back and run it first"], .notDone)
    case .unknownZone(let zone, let agreement):
      (["agreement \(agreement): the system knows no time zone '\(zone)'; correct it or install tzdata"], .misused)
    case .evidence(let error): ([error.description], status(error))
    case .tenantBusy(let tenant): (["tenant \(tenant): another agent is working on it; try again when it has finished"], .notDone)
    case .noPlan(let digest): (["no waiting plan '\(digest)'; see wis status, or make one with wis plan"], .misused)
    case .settledPlan(let digest, let state):
      (["the plan \(digest.prefix(12)) is \(state) and waits no more; make a new one with wis plan"], .misused)
    case .noPlanFile(let file): (["\(file) is not a plan; give a file that wis plan --out wrote, or the hash of a plan"], .misused)
    case .editedPlan(let file): (["\(file): the plan was changed after it was made; make a new one with wis plan"], .misused)
    case .notApproved(let digest): (["plan \(digest.prefix(12)) waits for a person: wis approve \(digest.prefix(12))"], .waiting)
    case .unhandled(let tenant, let rows):
      (["tenant \(tenant): \(rows) rows of the plan are still there; see its certificate and wis scan \(tenant)"], .notDone)
    case .residue(let tenant, let residue): residue.complaint(of: tenant)
    case .unreachableFiles(let tenant, let root, let files, let reason):
      (
        [
          "tenant \(tenant): \(files) files that due rows name below '\(root)' cannot be removed (\(reason)); nothing was erased; "
            + "let the agent's account write there (under systemd also with ReadWritePaths=), then run again"
        ], .notDone
      )
    case .filesStay(let tenant, let left, let reason, let refused):
      (
        (left > 0
          ? [
            "tenant \(tenant): \(left) files of erased rows could not be removed (\(reason)); the next run tries again, "
              + "and the certificate says so"
          ] : [])
          + (refused > 0
            ? [
              "tenant \(tenant): \(refused) names in erased rows lead to no file that may be removed (outside of the folder, a link, "
                + "no file); what they lead to is still there, and the certificate says so"
            ] : []),
        .notDone
      )
    case .lostFiles(let tenant, let certificate):
      (["tenant \(tenant): it is not known any more which files \(certificate) had to leave; look for them by hand"], .notDone)
    case .stopped(let path): (["all agents are stopped by \(path); go on with: wis stop --release"], .waiting)
    case .noHold(let id): (["no open hold '\(id)'; see wis hold list"], .misused)
    case .noOpening(let id):
      (["no opening of \(id) is here: it was handed over already, or the certificate covers nobody's own row"], .misused)
    case .noCertificate(let id): (["no certificate '\(id)'; see wis certificate list"], .misused)
    case .pastHold(let until, let today):
      (["a hold until \(until) would keep nothing: today is \(today); give a later day, or leave it out"], .misused)
    case .noRequest(let id): (["no request '\(id)'; see wis request list"], .misused)
    case .closedRequest(let id, let state): (["request \(id) is \(state); nothing more is done about it now"], .misused)
    case .repeatedRequest(let id): (["request \(id) asks for this already; see wis request show \(id)"], .misused)
    case .receivedInFuture(let now): (["a request cannot be received after now (\(now)); give the day or the time that it came"], .misused)
    case .unknownIdentifier(let kind, let tenant, let known):
      (
        [
          known.isEmpty
            ? "tenant \(tenant): its data map names no table of people ('subject:'), so nobody can be looked up"
            : "tenant \(tenant): people are not known by '\(kind)'; expected one of: \(known.joined(separator: ", "))"
        ], .misused
      )
    case .ambiguousSubject(let tenant, let kind, let isNobody):
      (["tenant \(tenant): \(isNobody ? "nobody is" : "more than one person is") known by the \(kind) that was given"], .misused)
    case .subjectLost(let name, let path):
      (
        [
          "\(name): \(path) is missing, so nobody can tell whom it is about; restore the file, "
            + "or \(name.hasPrefix("H") ? "release the hold and place it anew" : "withdraw the request and record it anew")"
        ], .misused
      )
    case .wrongStep(let request, let problem): (["\(request) \(problem)"], .misused)
    case .ledger(let tenant, let problem):
      (["tenant \(tenant): it cannot be told whether a restored backup brought erased rows back: \(problem); nothing was done"], .notDone)
    case .overdueCopy(let tenant, let backup, let copy):
      (
        [
          "tenant \(tenant): backup '\(backup)': \(copy.name), made on \(copy.day), should be gone since "
            + "\(copy.expires?.description ?? "–"); remove it, and look why it was kept"
        ], .notDone
      )
    case .lingeringCopy(let tenant, let backup, let copy, let certificate):
      (
        [
          "tenant \(tenant): backup '\(backup)': \(copy) can still hold records of \(certificate), whose last copy should be gone; "
            + "remove it, then run again"
        ], .notDone
      )
    case .noCopySeen(let tenant, let backup):
      (
        [
          "tenant \(tenant): backup '\(backup)': no copy was ever seen there, so it cannot be told that the last one is gone; "
            + "check its path or command in wis.yaml"
        ], .notDone
      )
    case .unknownSubprocessor(let name, let tenant, let known):
      (
        [
          "tenant \(tenant) has no sub-processor '\(name)'; "
            + (known.isEmpty ? "its agreement and its entry in wis.yaml name none" : "known are: \(known.joined(separator: ", "))")
        ], .misused
      )
    case .alreadyWithdrawn(let certificate, let at): (["\(certificate) was withdrawn at \(at) already"], .misused)
    case .command(let program, let problem): (["\(program) \(problem)"], .notDone)
    case .offboarding(let tenant, let problem): (["tenant \(tenant): \(problem)"], .misused)
    case .notTheReturn(let tenant, let problem): (["tenant \(tenant): \(problem); nothing was recorded"], .unverified)
    case .unverifiedReturn(let tenant, let problems):
      (problems.map { "tenant \(tenant): the package does not count as returned: \($0)" }, .unverified)
    case .changedSinceReturn(let tenant, let tables):
      (
        [
          "the data is no longer what was returned (\(tables.joined(separator: ", "))); nothing was destroyed; "
            + "stop what changes it, and return it again with wis offboard continue \(tenant)"
        ], .notDone
      )
    case .changedSinceSealed(let tenant, let tables):
      (
        [
          "the data is no longer what was sealed (\(tables.joined(separator: ", "))); nothing was removed and the archives were destroyed; "
            + "stop what changes it, and seal it again with wis archive seal \(tenant)"
        ], .notDone
      )
    case .changedMeanwhile(let tenant, let tables, let isSealed):
      (
        [
          "what is left is no longer what was \(isSealed ? "sealed" : "returned") (\(tables.joined(separator: ", "))); nothing more is "
            + (isSealed
              ? "removed, it stays until its duty ends; the archives are kept, they alone have what went before"
              : "destroyed; stop what changes it, and return what is left with wis offboard continue \(tenant)")
        ], .notDone
      )
    case .lostMarks(let tenant, let path):
      (
        [
          "\(path) is gone or was not completed, so nobody can tell which rows were returned; nothing more is destroyed; "
            + "return what is left with wis offboard continue \(tenant)"
        ], .notDone
      )
    case .marks(let path, let error): (["\(path): \(words(error)); nothing more was destroyed"], .notDone)
    case .samePerson(let digest):
      (
        [
          "plan \(digest.prefix(12)) destroys all of the tenant's data; who recorded that it is asked for cannot consent to it: "
            + "let another one, from an account of their own or through sudo"
        ], .waiting
      )
    case .unknownTable(let tenant, let table):
      (["tenant \(tenant): its database has no table '\(table)'; see wis scan \(tenant)"], .misused)
    }
  }

  private static func listed(_ tenants: [String]) -> String {
    guard !tenants.isEmpty else { return "the inventory has no tenants" }
    let more = tenants.count > 20 ? " and \(tenants.count - 20) more, see wis status" : ""
    return "known are: \(tenants.prefix(20).joined(separator: ", "))\(more)"
  }

  private static func words(_ error: EnforcementError) -> ([String], ExitStatus) {
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

  private static func words(_ error: StoreError) -> ([String], ExitStatus) {
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

  private static func words(_ error: PortabilityError) -> ([String], ExitStatus) {
    switch error {
    case .exists(let path): (["\(path) exists already and is not replaced; give another path, or remove it"], .misused)
    case .file(let path, let act, let errno):
      (["cannot \(act) \(path): \(Portability.systemMessage(errno))"], status(errno: errno))
    case .store(let error): words(error)
    case .decision(let error): ([words(error)], .misused)
    case .scope(let what): ([what], .misused)
    case .encryption(let what): ([what], .misused)
    case .damaged(let path, let problem): (["\(path): \(problem)"], .unverified)
    case .outOfMemory: (["memory ran out"], .notDone)
    }
  }

  private static func words(_ error: SQLiteError) -> String {
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

  private static func words(_ error: DecisionError) -> String {
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

/// A use of the command line that the parser cannot see is wrong.
struct UsageError: Error {
  let text: String
}
