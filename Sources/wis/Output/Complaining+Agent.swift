import Agent
import Evidence
import Retention
import SQLite
import Stores

extension Complaining {
  static func words(_ error: AgentError) -> ([String], ExitStatus) {
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
}
