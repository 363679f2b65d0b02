import Foundation
import PostgreSQL
import Testing

/// A database of its own for one test, made on the server that `WIS_TEST_POSTGRES` names, dropped afterwards.
struct TestDatabase {
  let name: String
  let url: String

  /// Runs `body` with a new, empty database. Fails, never skips, when no server is named.
  static func with(_ body: (TestDatabase) throws -> Void) throws {
    guard let server = ProcessInfo.processInfo.environment["WIS_TEST_POSTGRES"], var components = URLComponents(string: server) else {
      Issue.record("WIS_TEST_POSTGRES names no server; run 'make test', or Tests/postgresql-cluster start DIR and export the URL it prints")
      return
    }
    let name = "test_" + UUID().uuidString.replacingOccurrences(of: "-", with: "").lowercased()
    let administrator = try Connection(url: server)
    try administrator.run("CREATE DATABASE \(quoted(name))")
    defer { #expect(throws: Never.self) { try administrator.run("DROP DATABASE \(quoted(name)) WITH (FORCE)") } }
    components.path = "/" + name
    try body(TestDatabase(name: name, url: try #require(components.string)))
  }

  func connect(_ change: (inout Options) -> Void = { _ in }) throws -> Connection {
    var options = Options()
    change(&options)
    return try Connection(url: url, options: options)
  }

  /// The URL with another user, password or host.
  func url(_ change: (inout URLComponents) -> Void) throws -> String {
    var components = try #require(URLComponents(string: url))
    change(&components)
    return try #require(components.string)
  }
}
