import Foundation
import Stores

/// Reads the rows of a pg_dump archive one by one, as text: plain files themselves, all other forms through `pg_restore`.
///
/// Only the blocks of `COPY … FROM stdin` are read (https://www.postgresql.org/docs/15/sql-copy.html, "Text Format"). An archive of
/// INSERT statements is refused: nothing found in it would mean nothing.
struct DumpReader {
  private let path: String

  init(path: String) { self.path = path }

  /// A block of rows of one table.
  struct Block {
    /// The schema and name of the table.
    let schema: String
    let table: String
    /// The columns in the order of the values.
    let columns: [String]
  }

  /// Calls `wants` with each block, and `row` with the values of each row of those that it wants.
  func forEachRow(_ wants: (Block) -> Bool, _ row: (Block, [[UInt8]?]) throws -> Void) throws {
    var lines = Lines()
    var block: Block?
    var isWanted = false
    var blocks = 0
    try forEachChunk { chunk in
      try lines.append(chunk) { line in
        if let open = block {
          if line.elementsEqual([0x5C, 0x2E]) {
            block = nil
          } else if isWanted {
            try row(open, Self.values(line))
          }
          return
        }
        if line.starts(with: Array("INSERT INTO ".utf8)) {
          throw AgentError.file(path: path, problem: "holds INSERT statements and no COPY blocks; it cannot be inspected")
        }
        guard let found = Self.block(line) else { return }
        (block, isWanted, blocks) = (found, wants(found), blocks + 1)
      }
    }
    guard block == nil else { throw AgentError.file(path: path, problem: "ends in the middle of a table: the copy is not whole") }
    guard blocks > 0 else { throw AgentError.file(path: path, problem: "holds no rows of any table; it cannot be inspected") }
  }

  private func forEachChunk(_ body: ([UInt8]) throws -> Void) throws {
    let head = try Self.head(path)
    if head.starts(with: [0x1F, 0x8B]) { throw AgentError.file(path: path, problem: "is compressed; unpack it first") }
    let isPlain =
      !head.isEmpty && !head.starts(with: Array("PGDMP".utf8)) && !(head.count > 262 && head[257..<262].elementsEqual(Array("ustar".utf8)))
    if isPlain {
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      while let chunk = try handle.read(upToCount: 1 << 20), !chunk.isEmpty { try body(Array(chunk)) }
      return
    }
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["pg_restore", "--data-only", "-f", "-", path]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    defer { if process.isRunning { process.terminate() } }
    while let chunk = try pipe.fileHandleForReading.read(upToCount: 1 << 20), !chunk.isEmpty { try body(Array(chunk)) }
    process.waitUntilExit()
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      throw AgentError.command(
        program: "pg_restore", problem: "\(ExternalCommand.words(process)) on \(path); is it a pg_dump archive, and pg_restore new enough?")
    }
  }

  /// The first bytes of a file; none for a folder, as `pg_dump -Fd` makes it.
  static func head(_ path: String) throws -> [UInt8] {
    guard FileManager.default.fileExists(atPath: path) else { throw AgentError.file(path: path, problem: "is not there") }
    if FileManager.default.fileExists(atPath: "\(path)/.") {
      guard FileManager.default.fileExists(atPath: "\(path)/toc.dat") else {
        throw AgentError.file(path: path, problem: "is a folder, and not one that pg_dump made")
      }
      return []
    }
    do {
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      let head = Array(try handle.read(upToCount: 512) ?? Data())
      guard !head.isEmpty else { throw AgentError.file(path: path, problem: "is empty") }
      return head
    } catch let error as AgentError {
      throw error
    } catch {
      throw AgentError.file(path: path, problem: "cannot be read")
    }
  }

  /// Cuts bytes into lines.
  private struct Lines {
    private var rest: [UInt8] = []

    mutating func append(_ chunk: [UInt8], _ body: (ArraySlice<UInt8>) throws -> Void) rethrows {
      rest += chunk
      var start = rest.startIndex
      while let end = rest[start...].firstIndex(of: 0x0A) {
        try body(rest[start..<end])
        start = end + 1
      }
      rest.removeSubrange(..<start)
    }
  }

  /// The block that a line opens: `COPY public.person (id, "b b") FROM stdin;`.
  static func block(_ line: ArraySlice<UInt8>) -> Block? {
    guard line.starts(with: Array("COPY ".utf8)) else { return nil }
    let text = String(decoding: line, as: UTF8.self)
    guard text.hasSuffix(" FROM stdin;") else { return nil }
    var rest = text.dropFirst(5)
    guard let schema = name(&rest), rest.first == "." else { return nil }
    rest = rest.dropFirst()
    guard let table = name(&rest), rest.hasPrefix(" (") else { return nil }
    rest = rest.dropFirst(2)
    var columns: [String] = []
    while let column = name(&rest) {
      columns.append(column)
      guard rest.hasPrefix(", ") else { break }
      rest = rest.dropFirst(2)
    }
    return rest == ") FROM stdin;" ? Block(schema: schema, table: table, columns: columns) : nil
  }

  private static func name(_ rest: inout Substring) -> String? {
    guard rest.first == "\"" else {
      let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "$" }
      rest = rest.dropFirst(name.count)
      return name.isEmpty ? nil : String(name)
    }
    rest = rest.dropFirst()
    var name = ""
    while let end = rest.firstIndex(of: "\"") {
      name += rest[..<end]
      rest = rest[rest.index(after: end)...]
      guard rest.first == "\"" else { return name }
      name += "\""
      rest = rest.dropFirst()
    }
    return nil
  }

  /// The values of a row; nil for NULL.
  static func values(_ line: ArraySlice<UInt8>) -> [[UInt8]?] {
    line.split(separator: 0x09, omittingEmptySubsequences: false).map { field in
      field.elementsEqual([0x5C, 0x4E]) ? nil : field.contains(0x5C) ? unescaped(field) : Array(field)
    }
  }

  private static let escapes: [UInt8: UInt8] = [0x62: 8, 0x66: 12, 0x6E: 10, 0x72: 13, 0x74: 9, 0x76: 11]

  private static func unescaped(_ field: ArraySlice<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    var position = field.startIndex
    while position < field.endIndex {
      let next = position + 1
      guard field[position] == 0x5C, next < field.endIndex else {
        bytes.append(field[position])
        position = next
        continue
      }
      bytes.append(escapes[field[next]] ?? field[next])
      position = next + 1
    }
    return bytes
  }
}
