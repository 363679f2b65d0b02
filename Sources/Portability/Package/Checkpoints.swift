import Foundation
import Retention

/// What is whole in an unfinished package, noted beside it, so that the same export can go on from there.
///
/// A table is noted with the hash that the database gave its rows: an export that goes on takes it over only when its own snapshot
/// holds the same rows. So the package is of one moment all the same, and the same byte for byte as one that nothing interrupted.
final class Checkpoints {
  /// A table that is whole in the file, up to `end`.
  struct Table: Codable {
    let name: String
    let fileName: String
    let folders: [String]
    /// The columns with their types in the source.
    let columns: [String]
    let nullMarker: String
    let rows: Int
    /// Of the lines that were written.
    let hash: String
    /// Of the rows, by the database.
    let sourceHash: UInt64
    let seen: [UInt8]
    let typesPath: String?
    let hasFiles: Bool
    let end: UInt64
  }

  /// How many bytes are written before they are worth a note.
  private static let span: UInt64 = 8 << 20
  static let ending = ".progress"

  private let path: String
  private let request: String
  /// What an export that was interrupted noted.
  let interrupted: [Table]
  private var file: NoteFile?
  private var waiting: [Table] = []
  private var noted: UInt64 = 0

  /// The notes beside an unfinished file, of the export that `request` stands for. What another export noted is none.
  init(beside unfinished: String, of request: String) throws {
    path = unfinished + Self.ending
    self.request = request
    interrupted = try Self.tables(in: path, of: request)
  }

  /// Whether anything can be gone on from.
  var isNoted: Bool { file != nil }

  /// Notes what was taken over, instead of all that was noted before.
  func begin(with tables: [Table]) throws {
    file = nil
    try NoteFile.remove(path)
    noted = tables.last?.end ?? 0
    if !tables.isEmpty { try note(tables) }
  }

  /// Notes a table, together with others when it is small.
  func add(_ table: Table, in output: OutputFile) throws {
    waiting.append(table)
    guard table.end - noted >= Self.span else { return }
    try output.synchronize()
    try note(waiting)
    waiting = []
    noted = table.end
  }

  /// Forgets everything.
  func remove() throws {
    file = nil
    try NoteFile.remove(path)
  }

  private func note(_ tables: [Table]) throws {
    let encoder = JSONEncoder()
    var lines = file == nil ? Array("\(request)\n".utf8) : []
    for table in tables { lines += try encoder.encode(table) + [UInt8(ascii: "\n")] }
    let file = try file ?? NoteFile(path: path)
    self.file = file
    try file.append(lines)
  }

  private static func tables(in path: String, of request: String) throws -> [Table] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    let input = try InputFile(path: path)
    var bytes: [UInt8] = []
    while case let more = try input.read(), !more.isEmpty { bytes += more }
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    guard lines.first == ArraySlice(request.utf8) else { return [] }
    let decoder = JSONDecoder()
    var tables: [Table] = []
    // A line that was cut short is none, and no other comes after it.
    for line in lines.dropFirst() {
      guard let table = try? decoder.decode(Table.self, from: Data(line)) else { break }
      tables.append(table)
    }
    return tables
  }
}

extension Checkpoints.Table {
  init(_ table: WrittenTable, end: UInt64) {
    self.init(
      name: table.table.name, fileName: table.table.fileName, folders: table.table.folders, columns: table.table.columnTypes,
      nullMarker: table.table.nullMarker, rows: table.rows, hash: table.hash, sourceHash: table.sourceHash,
      seen: table.seen.map(\.rawValue), typesPath: table.typesPath, hasFiles: table.hasFiles, end: end)
  }

  /// Whether it would be written just so again, as far as the schema tells.
  func fits(_ table: TablePart) -> Bool {
    name == table.name && fileName == table.fileName && folders == table.folders && columns == table.columnTypes
      && seen.count == columns.count
  }
}

extension ExportRequest {
  /// What an export must have in common with one that was interrupted to go on from it.
  var signature: String { Digest.hex(of: Array("\(policy.tenant.id)\n\(extent)\n\(nature?.rawValue ?? "all")\n\(day)\n\(tool)".utf8)) }
}
