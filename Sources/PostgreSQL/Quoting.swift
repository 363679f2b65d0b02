/// `name` as an identifier in SQL, in double quotes. Fails with `unsendable` for a name that is empty or contains NUL.
public func quoted(_ name: String) throws(PostgreSQLError) -> String {
  guard !name.isEmpty, !name.utf8.contains(0) else {
    throw PostgreSQLError(.unsendable, message: "a name is neither empty nor contains NUL")
  }
  return "\"" + name.unicodeScalars.reduce(into: "") { $0 += $1 == "\"" ? "\"\"" : String($1) } + "\""
}

/// `schema.name` in SQL, each in double quotes. Fails as `quoted(_:)` does.
public func quoted(_ schema: String, _ name: String) throws(PostgreSQLError) -> String {
  try quoted(schema) + "." + quoted(name)
}
