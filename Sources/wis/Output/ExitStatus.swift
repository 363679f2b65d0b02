/// What an exit code tells scripts. The numbers are a contract.
enum ExitStatus: Int32, Error {
  /// All that was due was done.
  case done = 0
  /// Something due was not done.
  case notDone = 1
  /// Usage, policy or configuration error.
  case misused = 2
  /// A brake or an approval is waiting for a person.
  case waiting = 3
  /// A verification failed.
  case unverified = 4

  /// How much a status weighs when several tenants end differently: what needs a person most comes out.
  private var weight: Int {
    switch self {
    case .done: 0
    case .waiting: 1
    case .notDone: 2
    case .misused: 3
    case .unverified: 4
    }
  }

  /// The status of several things together.
  static func together(_ statuses: [ExitStatus]) -> ExitStatus {
    statuses.max { $0.weight < $1.weight } ?? .done
  }

  /// Ends a command with this status, unless all went well.
  func end() throws {
    if self != .done { throw self }
  }
}
