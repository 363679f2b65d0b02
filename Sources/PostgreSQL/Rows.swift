internal import CPostgreSQL

/// The rows of a running query, one at a time as they arrive. Borrows its connection, which can do nothing else meanwhile.
///
/// When its life ends before the last row, the query is cancelled and the rest is dropped. Inside a transaction the rest is
/// received and dropped instead, because cancelling would fail the transaction: a query that is meant to stop early needs LIMIT there.
@safe public struct Rows: ~Copyable, ~Escapable {
  private let conversation: Conversation
  private var current: OpaquePointer?
  private var isFinished = false
  private let mayCancel: Bool

  @_lifetime(borrow connection)
  init(_ conversation: Conversation, mayCancel: Bool, on connection: borrowing Connection) {
    self.conversation = conversation
    self.mayCancel = mayCancel
    unsafe PQsetSingleRowMode(conversation.connection)
  }

  @_lifetime(borrow statement)
  init(_ conversation: Conversation, mayCancel: Bool, of statement: borrowing Statement) {
    self.conversation = conversation
    self.mayCancel = mayCancel
    unsafe PQsetSingleRowMode(conversation.connection)
  }

  deinit {
    unsafe PQclear(current)
    guard !isFinished else { return }
    if mayCancel { Canceller(of: conversation).cancel() }
    conversation.discard()
  }

  /// The next row, or nil after the last one. The row ends before the next step: the compiler refuses to keep it.
  ///
  /// Rows read before a failure are no answer: the server may find out late that it cannot finish.
  @_lifetime(&self)
  public mutating func next() throws(PostgreSQLError) -> Row? {
    guard let row = try unsafe receive() else { return nil }
    return unsafe Row(&self, current: row)
  }

  private mutating func receive() throws(PostgreSQLError) -> OpaquePointer? {
    unsafe PQclear(current)
    unsafe current = nil
    while !isFinished, let answer = unsafe PQgetResult(conversation.connection) {
      isFinished = true
      guard try unsafe conversation.succeeded(answer) else { return nil }
      isFinished = false
      if unsafe PQresultStatus(answer) == PGRES_SINGLE_TUPLE {
        unsafe current = answer
        return unsafe answer
      }
      // The last row is followed by a result without rows.
      unsafe PQclear(answer)
    }
    isFinished = true
    return nil
  }
}
