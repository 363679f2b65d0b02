/// Everything that can go wrong in this module, each case with what a person needs for one line:
/// what was looked at, where, what was found. None of them ever carries a value from a record.
public enum EvidenceError: Error, Hashable, Sendable {
  /// Bytes that are not the strict JSON this product speaks.
  case malformedJSON(problem: String, offset: Int)
  /// JSON that cannot be written in canonical form.
  case uncanonical(path: String, problem: String)
  /// A well-formed document with something unexpected at `path`.
  case unexpected(path: String, expected: String, found: String)
  /// A text form (id, date, hash, vkey, …) that does not parse.
  case malformed(what: String, problem: String)
  /// A signature, chain or proof that does not hold.
  case refused(what: String, reason: String)
  /// A key file that may not be used as it is.
  case key(path: String, problem: String, remedy: String)
  /// A call to the operating system that failed.
  case file(path: String, act: String, errno: Int32)
  /// The store is older than, or different from, what was already published.
  case rollback(store: Int64, seen: Int64, source: String)
}

extension EvidenceError: CustomStringConvertible {
  /// One line in plain English.
  public var description: String {
    switch self {
    case .malformedJSON(let problem, let offset): "JSON at byte \(offset): \(problem)"
    case .uncanonical(let path, let problem): "\(path) cannot be written canonically: \(problem)"
    case .unexpected(let path, let expected, let found): "\(path): expected \(expected), found \(found)"
    case .malformed(let what, let problem): "\(what): \(problem)"
    case .refused(let what, let reason): "\(what) refused: \(reason)"
    case .key(let path, let problem, let remedy): "key file \(path) \(problem); \(remedy)"
    case .file(let path, let act, let errno): "cannot \(act) \(path): \(systemMessage(errno))"
    case .rollback(let store, let seen, let source):
      store < seen
        ? "the store has \(store) log entries but \(source) already has \(seen): it was restored from an older copy; nothing is signed"
        : "the store disagrees with \(source) at size \(seen): the log would fork; nothing is signed"
    }
  }
}
