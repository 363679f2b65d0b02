internal import CPostgreSQL

/// The right to ask the server to stop what a connection is doing. Owns the cancel handle of libpq.
@safe public struct Canceller: ~Copyable {
  private let handle: OpaquePointer?

  init(of conversation: Conversation) {
    unsafe handle = PQgetCancel(conversation.connection)
  }

  deinit {
    unsafe PQfreeCancel(handle)
  }

  /// Asks the server to stop; the query then fails with `SQLState.queryCanceled`, unless it was already done.
  ///
  /// May be called while another thread waits for that query (https://www.postgresql.org/docs/15/libpq-cancel.html).
  ///
  /// - Returns: whether the server took the request.
  @discardableResult
  public borrowing func cancel() -> Bool {
    // libpq writes why it failed into a buffer; that the request did not arrive is all a caller can act on.
    var reason = [CChar](repeating: 0, count: 256)
    return unsafe PQcancel(handle, &reason, Int32(reason.count)) == 1
  }
}

extension Connection {
  /// What can stop a query of this connection while it runs.
  public borrowing func canceller() -> Canceller {
    unsafe Canceller(of: Conversation(handle, ""))
  }
}
