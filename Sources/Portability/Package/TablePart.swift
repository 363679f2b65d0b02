import Retention
import Stores

/// A table on its way into the package.
struct TablePart {
  let part: ReturnScope.Part
  let selection: CopySelection
  /// What the database said about its rows beforehand; nil when that is found while they are written.
  let survey: Survey?
  /// A text for NULL, that no value of the table is as far as is known.
  private(set) var nullMarker: String
  /// The name of its files, without ending.
  let fileName: String
  /// By column, the folder of its files, below `data`.
  let folders: [String]
  /// By column, what the data map says.
  let map: MappedTable?

  var name: String { part.table.name }
  var layout: CopyLayout { selection.layout }

  /// The columns with their types in the source.
  var columnTypes: [String] { layout.columns.map { "\($0.name.utf8.count):\($0.name) \($0.sourceType)" } }

  /// The next text that may serve as NULL: `\N`, `\N1`, `\N2`, …
  static func marker(after marker: String) -> String { "\\N\((Int(marker.dropFirst(2)) ?? 0) + 1)" }

  /// The same with the next text for NULL.
  var withNextMarker: TablePart { with(nullMarker: Self.marker(after: nullMarker)) }

  func with(nullMarker: String) -> TablePart {
    var part = self
    part.nullMarker = nullMarker
    return part
  }
}

/// The tables of a scope, looked at before the first row is written.
struct Preparation {
  private(set) var tables: [TablePart] = []
  private(set) var leftOut: [ExportEvidence.LeftOut]

  /// - Parameter surveying: whether the database counts and hashes all rows now, or while they are written.
  init(scope: ReturnScope, map: DataMap, from store: any TenantStore, surveying: Bool, _ progress: (String) -> Void) throws {
    leftOut = scope.omissions.map { .init(table: $0.table, column: $0.column, reason: $0.reason.rawValue) }
    var names = FileNames()
    var folders = FileNames()
    for part in scope.parts {
      guard let whole = try store.layout(of: part.table) else {
        let reason = part.table.kind == .unreadable ? "unreadable" : part.table.columns.isEmpty ? "no-columns" : "elsewhere"
        leftOut.append(.init(table: part.table.name, column: nil, reason: reason))
        continue
      }
      let layout = whole.leaving(out: part.omitted)
      for column in layout.columns where column.largeObjects == .someMissing {
        leftOut.append(.init(table: part.table.name, column: column.name, reason: "missing-objects"))
      }
      let selection = CopySelection(layout, where: part.condition)
      var marker = "\\N"
      var survey: Survey?
      if surveying {
        progress("\(part.table.name): counting")
        var found = try store.survey(selection, for: marker)
        while found.marked > 0 {
          marker = TablePart.marker(after: marker)
          found = try store.survey(selection, for: marker)
        }
        survey = found
      }
      let fileName = names.name(for: part.table.name)
      tables.append(
        TablePart(
          part: part, selection: selection, survey: survey, nullMarker: marker, fileName: fileName,
          folders: layout.columns.map { "files/" + folders.name(for: "\(fileName).\($0.name)") }, map: map.tables[part.table.name]))
    }
  }

  /// What the database said about each table beforehand.
  var surveys: [(table: TablePart, rows: Int, hash: UInt64)] {
    tables.compactMap { table in table.survey.map { (table, $0.rows, $0.hash) } }
  }
}

extension ExportRequest {
  /// The identity of the content: it changes with any row, with the scope, with what a column means, and with further copies.
  func identity(of tables: [(table: TablePart, rows: Int, hash: UInt64)]) -> String {
    var text = "\(policy.tenant.id)\n\(extent)\n\(nature?.rawValue ?? "all")\n"
    for (table, rows, hash) in tables {
      text += "\(table.name.utf8.count):\(table.name) \(rows) \(hash) \(table.columnTypes.joined(separator: ","))\n"
    }
    // What makes another package makes another name; without copies it is that of earlier releases.
    if !copies.isEmpty { text += "copies \(copies.map(\.rawValue).joined(separator: ","))\n" }
    return Digest.hex(of: Array(text.utf8))
  }
}
