import SQLite

/// The error that `body` throws, nil when it throws none.
///
/// Swift 6.3.1 may run the wrong closure when one is nested in the closure of `#expect(throws:)`; this has no macro.
func thrown<Returned>(_ body: () throws -> Returned) -> (any Error)? {
  do {
    _ = try body()
    return nil
  } catch {
    return error
  }
}

/// The error of the driver that `body` throws.
func failure<Returned>(_ body: () throws -> Returned) -> SQLiteError? {
  thrown(body) as? SQLiteError
}
