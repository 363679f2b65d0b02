import Retention
import Stores

/// The files that rows name: they go into the package beside the large values, and a list says which row named which.
struct Attachments {
  /// Folders by the name the data map uses.
  let roots: [String: String]
  private(set) var written = 0
  private(set) var missing = 0
  private var list: Spool?
  private var rows = 0
  private var hash = MultisetHash()

  init(roots: [String: String]) { self.roots = roots }

  /// Copies the files of one table: row by row, those of each column that names some.
  mutating func write(_ table: TablePart, from store: any TenantStore, to bag: BagWriter, spoolFolder: String) throws {
    let columns = (table.map?.files ?? []).compactMap { files in
      table.layout.columns.firstIndex { $0.name == files.path }.map {
        (index: $0, name: files.path, root: roots[files.root].map(FileRoot.init))
      }
    }
    guard !columns.isEmpty else { return }
    let namer = TableWriter(
      layout: table.layout, fileName: table.fileName, folders: table.folders, nullMarker: table.nullMarker, spoolFolder: spoolFolder)
    let list = self.list ?? Spool(folder: spoolFolder)
    self.list = list
    var place = 0
    try store.copyOut(table.selection) { row in
      place += 1
      for column in columns {
        let cell = row.cells[column.index]
        guard cell.kind == .text, !cell.range.isEmpty else { continue }
        let named = String(decoding: row.bytes[cell.range], as: UTF8.self)
        let target = "\(table.folders[column.index])/\(namer.name(of: row, at: place))\(Self.ending(of: named))"
        var status = "missing"
        var file: BagWriter.Written?
        switch try column.root?.open(named) ?? .missing {
        case .missing: break
        case .refused: status = "refused"
        case .file(let content):
          status = "written"
          try bag.begin("data/" + target)
          try content.read(bag.write)
          file = try bag.end()
        }
        if file == nil { missing += 1 } else { written += 1 }
        try add(
          [table.name, column.name, named, status, file == nil ? "" : target, file.map { String($0.size) } ?? "", file?.sha256 ?? ""],
          to: list)
      }
    }
  }

  private mutating func add(_ values: [String], to list: Spool) throws {
    let cells = CellWriter(nullMarker: Array("\\N".utf8), isOnlyColumn: false)
    var line: [UInt8] = []
    for (index, value) in values.enumerated() {
      if index > 0 { line.append(UInt8(ascii: ",")) }
      if value.isEmpty { line += Array("\\N".utf8) } else { cells.append(text: value, to: &line) }
    }
    hash.add(line.span)
    rows += 1
    line.append(UInt8(ascii: "\n"))
    try list.append(line)
  }

  /// Writes the list, when some table names files.
  func writeIndex(to bag: BagWriter) throws -> DataPackage.Resource? {
    guard let list else { return nil }
    let columns = ["table", "column", "path", "status", "file", "bytes", "sha256"]
    try bag.begin("data/files/index.csv")
    try bag.write(Array((columns.joined(separator: ",") + "\n").utf8))
    try list.read(bag.write)
    let file = try bag.end()
    return DataPackage.Resource(
      name: "wis-files-index", title: "files", description: "Files that rows name, with where they are in this package",
      path: "files/index.csv",
      bytes: file.size, hash: "sha256:\(file.sha256)",
      schema: .init(
        fields: columns.map {
          .init(
            name: $0, type: $0 == "bytes" ? "integer" : "string", format: nil, description: nil, constraints: nil, sourceType: nil,
            generated: nil, form: nil, personalData: nil, nature: nil)
        }, missingValues: ["\\N"], primaryKey: nil, uniqueKeys: nil, foreignKeys: nil, partialForeignKeys: nil),
      rowCount: rows, sourceTable: nil, sourceMultisetHash: nil, exportedMultisetHash: hash.text, typesPath: nil, personalData: nil,
      nature: nil)
  }

  /// The ending of a file's name, when it is a plain one.
  private static func ending(of path: String) -> String {
    let name = lastPart(of: path)
    guard let point = name.lastIndex(of: "."), point != name.startIndex else { return "" }
    let ending = name[point...].dropFirst()
    let isPlain =
      !ending.isEmpty && ending.utf8.count <= 8
      && ending.unicodeScalars.allSatisfy { $0.isASCII && $0.properties.isAlphabetic || ("0"..."9").contains($0) }
    return isPlain ? ".\(ending.lowercased())" : ""
  }
}
