import Retention
import Stores

/// A table on its way into the package.
struct TablePart {
  let part: ReturnScope.Part
  let selection: CopySelection
  /// What the database said about its rows.
  let survey: Survey
  /// A text that no value of the table is, for NULL.
  let nullMarker: String
  /// The name of its files, without ending.
  let fileName: String
  /// By column, the folder of its files, below `data`.
  let folders: [String]
  /// By column, what the data map says.
  let map: MappedTable?

  var name: String { part.table.name }
  var layout: CopyLayout { selection.layout }
}

/// The tables of a scope, looked at before the first row is written.
struct Preparation {
  private(set) var tables: [TablePart] = []
  private(set) var leftOut: [ExportEvidence.LeftOut]

  init(scope: ReturnScope, map: DataMap, from store: any TenantStore, _ progress: (String) -> Void) throws {
    leftOut = scope.omissions.map { .init(table: $0.table, column: $0.column, reason: $0.reason.rawValue) }
    var names = FileNames()
    var folders = FileNames()
    for part in scope.parts {
      guard let whole = try store.layout(of: part.table) else {
        leftOut.append(.init(table: part.table.name, column: nil, reason: part.table.columns.isEmpty ? "no-columns" : "elsewhere"))
        continue
      }
      let layout = whole.leaving(out: part.omitted)
      progress("\(part.table.name): counting")
      let selection = CopySelection(layout, where: part.condition)
      var marker = "\\N"
      var survey = try store.survey(selection, for: marker)
      var number = 0
      while survey.marked > 0 {
        number += 1
        marker = "\\N\(number)"
        survey = try store.survey(selection, for: marker)
      }
      let fileName = names.name(for: part.table.name)
      tables.append(
        TablePart(
          part: part, selection: selection, survey: survey, nullMarker: marker, fileName: fileName,
          folders: layout.columns.map { "files/" + folders.name(for: "\(fileName).\($0.name)") }, map: map.tables[part.table.name]))
    }
  }

  /// The identity of the content: it changes with any row, with the scope, and with what a column means.
  func identity(_ request: ExportRequest, engine: String) -> String {
    var text = "\(request.policy.tenant.id)\n\(request.extent)\n\(request.nature?.rawValue ?? "all")\n"
    for table in tables {
      let columns = table.layout.columns.map { "\($0.name.utf8.count):\($0.name) \($0.sourceType)" }.joined(separator: ",")
      text += "\(table.name.utf8.count):\(table.name) \(table.survey.rows) \(table.survey.hash) \(columns)\n"
    }
    return Digest.hex(of: Array(text.utf8))
  }
}
