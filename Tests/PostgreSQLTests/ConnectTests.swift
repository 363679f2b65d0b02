import Foundation
import PostgreSQL
import Testing

@Test func `a session has the settings it was asked for`() throws {
  try TestDatabase.with { database in
    let pg = try database.connect {
      $0.statementTimeout = .seconds(30)
      $0.lockTimeout = .microseconds(1)
      $0.searchPath = ["a \"b\"", "public"]
      $0.rowSecurity = false
      $0.isReadOnly = true
    }
    let settings = [
      "application_name": "wis", "client_encoding": "UTF8", "DateStyle": "ISO, YMD", "TimeZone": "UTC", "bytea_output": "hex",
      "lc_monetary": "C",
      "statement_timeout": "30s", "lock_timeout": "1ms", "row_security": "off", "search_path": "\"a \"\"b\"\"\", \"public\"",
    ]
    for (name, value) in settings {
      let found = try pg.text("SELECT current_setting($1)", [.text(name)])
      #expect(found == value)
    }
    #expect(failure { try pg.execute("CREATE TABLE public.t(a int)") }?.code == .readOnlyTransaction)
    #expect(pg.serverVersion >= 120000)
    #expect(try pg.integer("SELECT pg_backend_pid()") == Int64(pg.processID))
  }
}

@Test func `an unreachable server is told from one that refuses`() throws {
  try TestDatabase.with { database in
    let missing = try database.url { $0.query = "host=/nonexistent-folder&user=wis_test" }
    let unreachable = failure { _ = try Connection(url: missing) }
    #expect(unreachable?.kind == .unreachable)
    #expect(unreachable?.message.contains("/nonexistent-folder") == true)
    let noDatabase = failure { _ = try Connection(url: try database.url { $0.path = "/nothing_here" }) }
    #expect(noDatabase?.kind == .server)
    #expect(noDatabase?.code == .invalidCatalogName)
  }
}

@Test func `a wrong, missing or right password is recognised and never shown`() throws {
  try TestDatabase.with { database in
    let administrator = try database.connect()
    let role = database.name
    try administrator.execute("CREATE ROLE \(quoted(role)) LOGIN PASSWORD 'right-secret'")
    defer { #expect(throws: Never.self) { try administrator.execute("DROP ROLE \(quoted(role))") } }
    func attempt(_ password: String?) throws -> PostgreSQLError? {
      let url = try database.url { url in
        url.queryItems = url.queryItems?.filter { $0.name != "user" }
        url.queryItems?.append(URLQueryItem(name: "user", value: role))
        if let password { url.queryItems?.append(URLQueryItem(name: "password", value: password)) }
      }
      return failure { _ = try Connection(url: url) }
    }
    let wrong = try attempt("wrong-secret")
    #expect(wrong?.kind == .server)
    #expect(wrong?.code == .invalidPassword)
    #expect(wrong.map { "\($0)".contains("secret") } == false)
    #expect(try attempt(nil)?.kind == .passwordNeeded)
    #expect(try attempt("right-secret") == nil)
  }
}

@Test func `the second host of a URL is tried when the first does not answer`() throws {
  try TestDatabase.with { database in
    let host = try #require(URLComponents(string: database.url)?.queryItems?.first { $0.name == "host" }?.value)
    let pg = try Connection(url: "host=/nonexistent-folder,\(host) user=wis_test dbname=\(database.name)")
    #expect(try pg.text("SELECT current_database()") == database.name)
  }
}

@Test func `a server that accepts but never answers is unreachable after the timeout`() throws {
  let folder = NSTemporaryDirectory() + "/wis-silent-" + UUID().uuidString.prefix(8)
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  let listener = try SilentServer(path: folder + "/.s.PGSQL.5432")
  defer { listener.stop() }
  var options = Options()
  options.connectTimeout = .milliseconds(200)
  let error = failure { _ = try Connection(url: "postgresql:///x?host=\(folder)", options: options) }
  #expect(error?.kind == .unreachable)
  #expect(error?.message.contains("in time") == true)
}

@Test(arguments: ["postgresql://user:hunter2@host:port", "password=hunter2 nonsense", "postgresql://%zz:hunter2@h/"])
func `an unreadable URL is refused without being shown`(_ url: String) throws {
  let error = failure { _ = try Connection(url: url) }
  #expect(error?.kind == .invalidURL || error?.kind == .unreachable)
  #expect(error.map { "\($0)".contains("hunter2") } == false)
  #expect(!ConnectionInfo(url).description.contains("hunter2"))
}

@Test func `a URL is shown without its password`() {
  let info = ConnectionInfo("postgresql://wis:hunter2@db.example:5433/app?sslpassword=hunter3")
  #expect(info.isValid)
  #expect(info.description == "user=wis host=db.example port=5433 dbname=app" || info.description.contains("host=db.example"))
  #expect(!info.description.contains("hunter"))
}
