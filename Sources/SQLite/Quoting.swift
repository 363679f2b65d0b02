/// `name` as an identifier in SQL, in double quotes. Fails with `ResultCode.misuse` for a name that is empty or contains NUL.
public func quoted(_ name: String) throws(SQLiteError) -> String {
  guard !name.isEmpty, !name.utf8.contains(0) else {
    throw SQLiteError(.misuse, .quote, message: "a name is neither empty nor contains NUL")
  }
  return "\"" + name.unicodeScalars.reduce(into: "") { $0 += $1 == "\"" ? "\"\"" : String($1) } + "\""
}
