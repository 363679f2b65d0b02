/// What a run found and did about one request.
public struct RequestReport {
  /// Where it stands now.
  public let status: RequestStatus
  /// What came of it.
  public let result: Result

  /// What came of a request's turn.
  public enum Result {
    /// This many rows were done; what is left waits for a date, or there is nothing left.
    case done(rows: Int)
    /// Its plan waits for a person.
    case waiting(digest: String, brakes: [Brake])
    /// It is not for the agent to do anything about it now.
    case idle
    /// It could not be done.
    case failed(any Error)
  }
}
