public import Enforcement
public import Evidence
public import Retention
public import SQLite

/// What keeps the node from doing its work.
public enum AgentError: Error {
  /// The state store refused.
  case state(path: String, SQLiteError)
  /// The state store was made by another version of Wis.
  case stateVersion(path: String, found: String)
  /// The state store holds something that is not what it should be.
  case stateContent(what: String)
  /// A file could not be read or written.
  case file(path: String, problem: String)
  /// No such tenant in the inventory.
  case unknownTenant(String, known: [String])
  /// A tenant that is not gone from the inventory.
  case notVanished(String, vanished: [String])
  /// A tenant whose run was interrupted.
  case unfinishedRun(tenant: String, run: Int64)
  /// A time zone that the system does not know.
  case unknownZone(String, agreement: String)
  /// Keys, certificates or the log refused.
  case evidence(EvidenceError)
  /// Another agent works on the tenant.
  case tenantBusy(tenant: String)
  /// No plan with this digest, or nothing with this name.
  case noPlan(String)
  /// A plan that no longer waits.
  case settledPlan(digest: String, state: String)
  /// A file that holds no plan.
  case noPlanFile(String)
  /// The plan was changed after it was made.
  case editedPlan(file: String)
  /// A certificate of which no opening is here.
  case noOpening(String)
  /// No certificate with this name.
  case noCertificate(String)
  /// The plan runs into a brake, and nobody approved it.
  case notApproved(digest: String)
  /// Rows that the plan was about are still there.
  case unhandled(tenant: String, rows: Int)
  /// Files that rows name could not be removed if the rows were erased now.
  case unreachableFiles(tenant: String, root: String, files: Int, reason: String)
  /// Files that rows named are still there although the rows are gone.
  case filesStay(tenant: String, left: Int, reason: String, refused: Int)
  /// It is not known any more which files an erasure had to leave.
  case lostFiles(tenant: String, certificate: String)
  /// The level of erasure that was promised was not reached.
  case residue(tenant: String, ResidueReport)
  /// A person stopped all agents.
  case stopped(path: String)
  /// No hold with this name.
  case noHold(String)
  /// A hold whose last day is over already.
  case pastHold(until: CivilDate, today: CivilDate)
  /// No request with this name.
  case noRequest(String)
  /// The request is completed or withdrawn.
  case closedRequest(String, state: String)
  /// An open request asks for the same already.
  case repeatedRequest(of: String)
  /// A request that was received in the future.
  case receivedInFuture(now: String)
  /// The data map has no table of people, or people in it are not known by such an identifier.
  case unknownIdentifier(String, tenant: String, known: [String])
  /// Nobody, or more than one person, is known by the identifier that was given.
  case ambiguousSubject(tenant: String, identifier: String, isNobody: Bool)
  /// The file that tells whom a request or hold is about is gone.
  case subjectLost(of: String, path: String)
  /// A step that the request does not take.
  case wrongStep(request: String, problem: String)
  /// Erased rows should be remembered, and what remembers them is not there or not whole.
  case ledger(tenant: String, problem: String)
  /// A copy is still there although its term is over.
  case overdueCopy(tenant: String, backup: String, copy: Copy)
  /// A copy that can still hold erased records is there although the term of its place is over since their erasure.
  case lingeringCopy(tenant: String, backup: String, copy: String, certificate: String)
  /// Nobody ever saw a copy at a place, so that none is there means nothing.
  case noCopySeen(tenant: String, backup: String)
  /// No such sub-processor of the tenant.
  case unknownSubprocessor(String, tenant: String, known: [String])
  /// The certificate was withdrawn before.
  case alreadyWithdrawn(certificate: String, at: String)
  /// A program that the operator named did not do its work.
  case command(program: String, problem: String)
  /// Something about the end of a contract cannot be done now.
  case offboarding(tenant: String, problem: String)
  /// A file is not the package that was returned.
  case notTheReturn(tenant: String, problem: String)
  /// A package that was written does not hold what the source holds.
  case unverifiedReturn(tenant: String, [String])
  /// Rows were added, changed or removed since the data was returned.
  case changedSinceReturn(tenant: String, tables: [String])
  /// Rows were added, changed or removed since what is left was sealed.
  case changedSinceSealed(tenant: String, tables: [String])
  /// A run met rows that were added or changed since the data was returned, or sealed, and stopped.
  case changedMeanwhile(tenant: String, tables: [String], isSealed: Bool)
  /// The marks by which a run that goes on would know what was returned are not there.
  case lostMarks(tenant: String, path: String)
  /// The marks of what was returned cannot be written or read.
  case marks(path: String, SQLiteError)
  /// The plan destroys all data, and needs the consent of another person than those who recorded the instruction.
  case samePerson(digest: String)
  /// A table that the tenant's data map does not have.
  case unknownTable(tenant: String, table: String)
}

extension AgentError {
  /// Whether another agent works on the tenant.
  var isTenantBusy: Bool {
    if case .tenantBusy = self { true } else { false }
  }

  /// Whether nobody can tell any more what was returned.
  var isAboutMarks: Bool {
    if case .lostMarks = self { true } else { false }
  }

  /// Whether a request cannot be carried out now, for a reason of its own.
  var isAboutRequest: Bool {
    switch self {
    case .closedRequest, .subjectLost: true
    default: false
    }
  }
}
