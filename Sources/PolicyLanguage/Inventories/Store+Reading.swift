import Retention

extension Value {
  /// Where a tenant's data is: `sqlite:PATH` or `postgres:` with a URL or connection string.
  ///
  /// Complaints about it never show the text: it may hold a password.
  func database(resolve: (String) -> String) -> StoreLocation.Database? {
    let what = "a store: sqlite:PATH, postgres:URL or postgres:CONNECTION-STRING"
    guard isScalar else { return refused("expected \(what)") }
    let text = written
    if text.hasPrefix("sqlite:"), text.count > 7 { return .sqlite(path: resolve(String(text.dropFirst(7)))) }
    guard let url = Self.postgresURL(text) else {
      complaints.refuse(text.prefix { $0 != ":" && $0 != "=" && $0 != "@" } + "…", at: place, "expected \(what)")
      return nil
    }
    if Self.holdsPassword(url) {
      complaints.warn(
        .passwordInFile, "postgres:…", at: place,
        "the file holds a database password; use a password file (~/.pgpass) or peer authentication")
    }
    return .postgreSQL(url: url)
  }

  private static func postgresURL(_ text: String) -> String? {
    if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") { return text }
    guard text.hasPrefix("postgres:") else { return nil }
    let rest = String(text.dropFirst(9))
    let isURL = rest.hasPrefix("postgres://") || rest.hasPrefix("postgresql://")
    return isURL || rest.contains("=") ? rest : nil
  }

  private static func holdsPassword(_ url: String) -> Bool {
    let lower = url.lowercased()
    for marker in ["password=", "password ="] where lower.contains(marker) { return true }
    guard let scheme = lower.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false).dropFirst(2).first else { return false }
    let authority = scheme.prefix { $0 != "/" && $0 != "?" }
    guard let at = authority.lastIndex(of: "@") else { return false }
    return authority[..<at].contains(":")
  }

  /// The column and value that mark a tenant's rows.
  func tenantColumn() -> StoreLocation.TenantColumn? {
    guard let block = Block(self, "what marks the tenant's rows", keys: ["column", "value"]) else { return nil }
    let column = block.required("column", "name the column")?.column()
    let value = block.required("value", "write the tenant's value")
    guard let constant = value?.constant() else { return nil }
    guard constant != .null else { return value?.refused("a missing value marks nobody's rows; write the tenant's value") }
    return column.map { StoreLocation.TenantColumn(column: $0, value: constant) }
  }
}
