public import Enforcement

/// What a run found and did for one tenant.
public struct TenantReport {
  /// The tenant.
  public let tenant: String
  /// What came of it.
  public let result: Result
  /// What the last look found; nil when there could be none.
  public let findings: Findings?
  /// The certificates that were released.
  public let certificates: [StoredCertificate]
  /// What came of the requests about the tenant's data that can be carried out.
  public var requests: [RequestReport] = []
  /// What a restored backup brought back.
  public var restored = RestoredReport()
  /// What could not be done about copies elsewhere.
  public var copyProblems: [any Error] = []

  /// What came of a tenant's run.
  public enum Result {
    /// All that was due was done, or nothing was.
    case done(rows: Int)
    /// The plan waits for a person.
    case waiting(digest: String, brakes: [Brake])
    /// The clock cannot be believed.
    case clock(ClockBrake)
    /// It could not be done.
    case failed(any Error)
  }

  /// One word for the state store and for scripts.
  public var word: String {
    switch result {
    case .done(let rows): rows > 0 ? "done" : "nothing-due"
    case .waiting: "waiting"
    case .clock: "clock"
    case .failed: "failed"
    }
  }

  /// Whether records were found that nobody classified or dated.
  public var hasGaps: Bool { findings?.hasGaps ?? false }
}
