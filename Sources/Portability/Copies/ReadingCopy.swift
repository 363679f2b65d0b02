import Stores

/// A further form in which the rows are in a package, beside the CSV files: for people and programs that ask for it. It is no evidence:
/// nothing is restored from it, and what is compared with the source is the CSV.
public enum ReadingCopy: String, CaseIterable, Codable, Sendable {
  /// One JSON object for each row, in one file for each table (https://jsonlines.org).
  case jsonLines = "json-lines"
  /// One Excel workbook with a sheet for each table (ECMA-376, Office Open XML).
  case workbook = "xlsx"

  /// Where copies are, below the top folder.
  static let folder = "data/copies"

  /// Writes the copy of the tables of a package into its bag, reading the same snapshot again. `day` is that of the export, `YYYY-MM-DD`.
  func write(
    _ tables: [WrittenTable], from store: any TenantStore, to bag: BagWriter, day: String, spoolFolder: String,
    progress: (String) -> Void
  ) throws {
    switch self {
    case .jsonLines:
      for table in tables {
        progress("\(table.table.name): writing JSON Lines")
        try bag.begin("\(Self.folder)/\(rawValue)/\(table.table.fileName).jsonl")
        let names = table.layout.columns.map { JSONLines.string(Array($0.name.utf8)) }
        var lines: [UInt8] = []
        try ReadableRow.forEach(of: table, from: store, spoolFolder: spoolFolder) { row in
          JSONLines.append(row, names, to: &lines)
          if lines.count >= 1 << 17 {
            try bag.write(lines)
            lines.removeAll(keepingCapacity: true)
          }
        }
        try bag.write(lines)
        try bag.end()
      }
    case .workbook:
      try bag.begin("\(Self.folder)/\(rawValue)/tables.xlsx")
      var workbook = try Workbook(day: day, spoolFolder: spoolFolder, write: bag.write)
      for table in tables {
        progress("\(table.table.name): writing a sheet")
        try workbook.begin(table.table.name, columns: table.layout.columns.map(\.name))
        try ReadableRow.forEach(of: table, from: store, spoolFolder: spoolFolder) { try workbook.add($0) }
        try workbook.endTable()
      }
      try workbook.finish()
      try bag.end()
    }
  }
}
