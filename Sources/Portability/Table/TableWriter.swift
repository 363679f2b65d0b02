import Stores

/// Writes the rows of one table as CSV and remembers what it saw.
struct TableWriter: ~Copyable {
  let layout: CopyLayout
  /// The name of the table's files, without ending.
  let fileName: String
  /// What NULL is written as.
  let nullMarker: String
  /// By column, what was seen in it.
  private(set) var seen: [Seen]
  private(set) var rows = 0
  private(set) var hash = MultisetHash()
  /// Which values are of another class than their column; empty when all follow from the columns.
  let types: Spool
  /// Whether some value is so large that it goes into a file.
  private(set) var hasFiles = false
  /// Whether some value is exactly what NULL is written as: then nothing more is written, for the table needs another marker.
  private(set) var isMarkerTaken = false

  private let cells: CellWriter
  private let forms: [ColumnForm]
  private let keyColumns: [Int]
  private var line = LineBuffer(capacity: 1 << 18)

  static let typesHeader = "row,column,class\n"

  /// By column, the folder of its files, below `data`.
  private let folders: [String]

  init(layout: CopyLayout, fileName: String, folders: [String], nullMarker: String, spoolFolder: String) {
    self.layout = layout
    self.folders = folders
    self.fileName = fileName
    self.nullMarker = nullMarker
    seen = Array(repeating: [], count: layout.columns.count)
    types = Spool(folder: spoolFolder)
    cells = CellWriter(nullMarker: Array(nullMarker.utf8), isOnlyColumn: layout.columns.count == 1)
    forms = layout.columns.map(\.form)
    keyColumns = layout.key.compactMap { key in layout.columns.firstIndex { $0.name == key } }
  }

  /// The line of column names.
  mutating func writeHeader(_ write: ([UInt8]) throws -> Void) throws {
    for (index, column) in layout.columns.enumerated() {
      if index > 0 { line.append(UInt8(ascii: ",")) }
      // A name that reads as NULL, or no name at all, would not be one to readers.
      _ = cells.append(text: Array(column.name.utf8).span, to: &line)
    }
    line.append(UInt8(ascii: "\n"))
    try flush(write)
  }

  /// Adds a row; gives lines to `write` when enough have gathered.
  mutating func add(_ row: borrowing CopiedRow, _ write: ([UInt8]) throws -> Void) throws {
    guard !isMarkerTaken else { return }
    rows += 1
    let start = line.count
    for index in forms.indices {
      if index > 0 { line.append(UInt8(ascii: ",")) }
      let cell = row.cells[index]
      let (found, flag) = cells.append(cell, of: row, as: forms[index], to: &line)
      if !seen[index].isSuperset(of: found) { seen[index].formUnion(found) }
      if let flag { try note(flag, at: index, of: row) }
      if cell.kind == .text, cell.range.count == cells.nullMarker.count, cells.isMarker(row.bytes(of: cell)) { isMarkerTaken = true }
    }
    hash.add(line.murmur(from: start))
    line.append(UInt8(ascii: "\n"))
    if line.count >= 1 << 17 { try flush(write) }
  }

  /// Gives the last lines to `write`.
  mutating func finish(_ write: ([UInt8]) throws -> Void) throws { if line.count > 0 { try flush(write) } }

  private mutating func flush(_ write: ([UInt8]) throws -> Void) throws {
    try write(line.bytes)
    line.clear()
  }

  private mutating func note(_ flag: CellFlag, at index: Int, of row: borrowing CopiedRow) throws(PortabilityError) {
    if flag == .file {
      line.append(contentsOf: Array(path(ofFileIn: index, of: row, at: rows).utf8))
      hasFiles = true
      seen[index].insert(.odd)
    }
    var note = Array("\(rows),".utf8)
    CellWriter(nullMarker: [], isOnlyColumn: false).append(text: layout.columns[index].name, to: &note)
    note += Array(",\(flag.rawValue)\n".utf8)
    try types.append(note)
  }

  /// The file of a large value, below `data`: named by the row's key where that is whole numbers, else by its place among the rows.
  func path(ofFileIn index: Int, of row: borrowing CopiedRow, at place: Int) -> String {
    "\(folders[index])/\(name(of: row, at: place)).\(FileKind.ending(of: row.bytes[row.cells[index].range]))"
  }

  /// A name for a row, by its place among the rows.
  func name(of row: borrowing CopiedRow, at place: Int) -> String {
    var parts: [String] = []
    for column in keyColumns {
      let cell = row.cells[column]
      switch cell.kind {
      case .integer: parts.append(String(cell.integer))
      case .text where layout.columns[column].form == .integer:
        parts.append(String(decoding: row.bytes[cell.range], as: UTF8.self))
      default: return "row-\(place)"
      }
    }
    return parts.isEmpty ? "row-\(place)" : parts.joined(separator: "-")
  }

  /// A value that goes into a file and is read in pieces, when no row is being read.
  struct LargeValue {
    let path: String
    let column: CopyColumn
    let locator: String
  }

  /// Calls `body` with every value of a row that goes into a file, and its path. Returns those that are too large to be in the row.
  func forEachFile(
    of row: borrowing CopiedRow, at place: Int, _ body: (String, ArraySlice<UInt8>) throws -> Void
  ) rethrows -> [LargeValue] {
    var large: [LargeValue] = []
    for index in layout.columns.indices {
      let cell = row.cells[index]
      guard cell.kind == .large || (cell.kind == .blob && cell.range.count > CellWriter.largestInline) else { continue }
      let path = path(ofFileIn: index, of: row, at: place)
      if cell.kind == .large {
        large.append(LargeValue(path: path, column: layout.columns[index], locator: row.locator))
      } else {
        try body(path, row.bytes[cell.range])
      }
    }
    return large
  }
}

/// What a file seems to be, by its first bytes.
enum FileKind {
  private static let marks: [(bytes: [UInt8], ending: String)] = [
    (Array("%PDF-".utf8), "pdf"), ([0x89, 0x50, 0x4E, 0x47], "png"), ([0xFF, 0xD8, 0xFF], "jpg"), (Array("GIF8".utf8), "gif"),
    ([0x50, 0x4B, 3, 4], "zip"), (Array("{\\rtf".utf8), "rtf"),
  ]

  static func ending(of bytes: ArraySlice<UInt8>) -> String {
    marks.first { bytes.starts(with: $0.bytes) }?.ending ?? "bin"
  }
}
