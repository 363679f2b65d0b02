internal import CPostgreSQL

/// A statement on which the server works while its caller does something else. Borrows its connection, which can do nothing else meanwhile.
///
/// When its life ends before the answer was taken, the statement is cancelled.
@safe public struct PendingAnswer: ~Copyable, ~Escapable {
  private let conversation: Conversation
  private var isTaken = false

  @_lifetime(borrow connection)
  fileprivate init(_ conversation: Conversation, on connection: borrowing Connection) {
    self.conversation = conversation
  }

  deinit {
    guard !isTaken else { return }
    Canceller(of: conversation).cancel()
    conversation.discard()
  }

  /// Waits for the answer. There is one.
  public mutating func take() throws(PostgreSQLError) -> QueryResult {
    precondition(!isTaken, "an answer is taken once")
    isTaken = true
    return try conversation.answer()
  }
}

extension Connection {
  /// Sends one statement without parameters and does not wait for its answer.
  @_lifetime(borrow self)
  public borrowing func ask(_ sql: String) throws(PostgreSQLError) -> PendingAnswer {
    let conversation = unsafe Conversation(handle, sql)
    try conversation.send([])
    return PendingAnswer(conversation, on: self)
  }
}
