import Agent
import ArgumentParser
import Enforcement
import Evidence
import Foundation
import PolicyLanguage
import Portability
import Retention
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

  static func status(_ error: EvidenceError) -> ExitStatus {
    switch error {
    case .refused, .rollback: .unverified
    case .file(_, _, let errno): status(errno: errno)
    case .malformedJSON, .uncanonical, .unexpected, .malformed, .key: .misused
    }
  }

  /// A disk that is full, fails or may not be written any more is nobody's misuse.
  static func status(errno: Int32) -> ExitStatus {
    [ENOSPC, EDQUOT, EIO, EROFS].contains(errno) ? .notDone : .misused
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
}

/// A use of the command line that the parser cannot see is wrong.
struct UsageError: Error {
  let text: String
}
