internal import CPostgreSQL
internal import Glibc

extension Connection {
  static func connected(_ url: String, _ options: Options) throws(PostgreSQLError) -> Connection {
    // Reading the URL first keeps libpq's complaint about it, which quotes parts of it, out of all messages.
    guard ConnectionInfo(url).isValid else { throw PostgreSQLError(.invalidURL, message: "the connection URL cannot be read") }
    let connection = try started(url, options)
    let hasAnswered = unsafe wait(for: connection.handle, timeout: options.connectTimeout)
    guard unsafe PQstatus(connection.handle) == CONNECTION_OK else {
      throw refusal(of: connection, hasAnswered: hasAnswered)
    }
    try connection.apply(options)
    return connection
  }

  private static func started(_ url: String, _ options: Options) throws(PostgreSQLError) -> Connection {
    // The kernel gives up on a silent host a little before `wait` does, so that libpq turns to the next one.
    let patience = String(Int(options.connectTimeout.wholeMilliseconds) * 3 / 4)
    // What stands before `dbname` may be overridden by the URL, what stands after may not.
    let parameters = [
      ("application_name", options.applicationName), ("tcp_user_timeout", patience), ("dbname", url), ("client_encoding", "UTF8"),
    ]
    let started = unsafe withCStrings(parameters.map(\.0)) { keywords in
      unsafe withCStrings(parameters.map(\.1)) { values in unsafe PQconnectStartParams(keywords, values, 1) }
    }
    guard let started = unsafe started else { throw PostgreSQLError(.misuse, message: "memory ran out") }
    // Terse errors carry the SQLSTATE of a refused connection, for which libpq has no field.
    unsafe PQsetErrorVerbosity(started, PQERRORS_SQLSTATE)
    // Notices may quote values; the default receiver prints them.
    unsafe PQsetNoticeReceiver(started, { _, _ in }, nil)
    return unsafe Connection(owning: started)
  }

  /// Drives the connection until it is made or refused; false when nothing answered in time.
  private static func wait(for handle: OpaquePointer, timeout: Duration) -> Bool {
    var state = unsafe PQstatus(handle) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING
    var host = unsafe Self.host(of: handle)
    var deadline = ContinuousClock.now + timeout
    while state == PGRES_POLLING_READING || state == PGRES_POLLING_WRITING {
      let events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT
      var socket = unsafe pollfd(fd: PQsocket(handle), events: Int16(events), revents: 0)
      let ready = unsafe poll(&socket, 1, (deadline - .now).wholeMilliseconds)
      if ready == 0 { return false }
      // A signal interrupts the wait; any other failure shows in the next step.
      if ready < 0 && errno == EINTR { continue }
      state = unsafe PQconnectPoll(handle)
      let next = unsafe Self.host(of: handle)
      if next != host { (host, deadline) = (next, .now + timeout) }
    }
    return true
  }

  private static func host(of handle: OpaquePointer) -> [String] {
    unsafe [PQhost(handle), PQport(handle)].compactMap { unsafe $0.map { unsafe String(cString: $0) } }
  }

  /// The message names hosts and sockets, or is `FATAL:  28P01`; several hosts give several lines.
  private static func refusal(of connection: borrowing Connection, hasAnswered: Bool) -> PostgreSQLError {
    let handle = unsafe connection.handle
    guard hasAnswered else {
      return PostgreSQLError(.unreachable, message: "no answer from \(unsafe host(of: handle).joined(separator: ":")) in time")
    }
    if unsafe PQconnectionNeedsPassword(handle) == 1 {
      return PostgreSQLError(.passwordNeeded, message: "the server asks for a password")
    }
    let lines = unsafe String(cString: PQerrorMessage(handle)).split(separator: "\n")
    if let code = lines.compactMap({ SQLState(rawValue: String($0.suffix(5))) }).last {
      return PostgreSQLError(.server, code: code, message: code.condition)
    }
    // Indented lines are libpq's advice.
    return PostgreSQLError(.unreachable, message: lines.filter { !$0.hasPrefix("\t") }.joined(separator: "; "))
  }

  private borrowing func apply(_ options: Options) throws(PostgreSQLError) {
    let settings = try options.settings()
    let calls = settings.indices.map { "pg_catalog.set_config($\(2 * $0 + 1), $\(2 * $0 + 2), false)" }
    try run("SELECT " + calls.joined(separator: ", "), settings.flatMap { [.text($0.name), .text($0.value)] })
  }
}

/// Lends `strings` as an array of C strings that ends with NULL.
private func withCStrings<Returned>(
  _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Returned
) -> Returned {
  let bytes = strings.flatMap { $0.utf8CString }
  var offset = 0
  return unsafe bytes.withUnsafeBufferPointer { bytes in
    var pointers: [UnsafePointer<CChar>?] = unsafe strings.map { string in
      defer { offset += string.utf8.count + 1 }
      return unsafe bytes.baseAddress.map { unsafe $0 + offset }
    }
    unsafe pointers.append(nil)
    return unsafe pointers.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
  }
}
