internal import CSQLite

extension Connection {
  /// Defines a function of SQL that tests a text by its UTF-8 bytes: 1 when it passes, otherwise 0, also for what is no text.
  /// It always gives the same answer for the same text.
  public borrowing func define(_ name: String, as test: @escaping @Sendable (borrowing Span<UInt8>) -> Bool) throws(SQLiteError) {
    let test = unsafe Unmanaged.passRetained(TextTest(test: test)).toOpaque()
    // SQLite calls the destructor also when it refuses the function (https://www.sqlite.org/c3ref/create_function.html).
    let code = unsafe sqlite3_create_function_v2(
      handle, name, 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, test,
      { context, _, arguments in
        guard let argument = unsafe arguments?[0], unsafe sqlite3_value_type(argument) == SQLITE_TEXT,
          let test = unsafe sqlite3_user_data(context), let text = unsafe sqlite3_value_text(argument)
        else { return unsafe sqlite3_result_int(context, 0) }
        let bytes = unsafe Span(_unsafeStart: text, count: Int(sqlite3_value_bytes(argument)))
        let passed = unsafe Unmanaged<TextTest>.fromOpaque(test)._withUnsafeGuaranteedRef { $0.passes(bytes) }
        unsafe sqlite3_result_int(context, passed ? 1 : 0)
      }, nil, nil, { test in unsafe test.map { unsafe Unmanaged<TextTest>.fromOpaque($0).release() } })
    guard code == SQLITE_OK else { throw unsafe .last(code, .prepare, connection: handle, statement: name) }
  }
}

/// What SQLite keeps of a test, with the text that was tested last: rows that are read in order have the same one many times.
private final class TextTest {
  private let test: @Sendable (borrowing Span<UInt8>) -> Bool
  private var last: [UInt8] = []
  private var hasPassed = false
  private static let longestKept = 32

  init(test: @escaping @Sendable (borrowing Span<UInt8>) -> Bool) { self.test = test }

  func passes(_ text: borrowing Span<UInt8>) -> Bool {
    if isLast(text) { return hasPassed }
    let passes = test(text)
    guard text.count <= Self.longestKept else { return passes }
    last.removeAll(keepingCapacity: true)
    for position in text.indices { last.append(text[position]) }
    hasPassed = passes
    return passes
  }

  private func isLast(_ text: borrowing Span<UInt8>) -> Bool {
    guard text.count == last.count, !last.isEmpty else { return false }
    // Values in order differ at their end.
    for position in text.indices.reversed() where text[position] != last[position] { return false }
    return true
  }
}
