extension Schema {
  /// One fixed text for each schema; it changes when a table, column, key, reference or trigger does. Indexes do not
  /// count: they change no answer.
  public var fingerprint: String {
    var lines: [String] = []
    for table in tables {
      lines.append("\(table.kind.rawValue) \(Self.listed([table.name]))")
      for column in table.columns {
        let flags = (column.isNullable ? " null" : "") + (column.isGenerated ? " generated" : "")
        lines.append("  column \(Self.listed([column.name, column.type]))\(flags)")
      }
      lines.append("  key \(Self.listed(table.primaryKey))")
      lines += table.uniqueKeys.map { "  unique \(Self.listed($0))" }
      for reference in table.references {
        let action = reference.onDelete.flatMap { $0 == .noAction ? nil : " on delete \($0.rawValue)" } ?? ""
        lines.append(
          "  reference \(Self.listed(reference.columns)) to \(Self.listed([reference.target])) \(Self.listed(reference.targetColumns))"
            + action)
      }
      lines += table.triggers.map { "  trigger \(Self.listed([$0]))" }
    }
    return lines.joined(separator: "\n")
  }

  /// Names with their lengths, so that no two lists read the same.
  private static func listed(_ names: [String]) -> String {
    names.map { "\($0.utf8.count):\($0)" }.joined(separator: ",")
  }
}
