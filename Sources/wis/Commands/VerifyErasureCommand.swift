import Agent
import ArgumentParser
import Evidence
import Foundation
import Retention
import Stores

/// `wis verify-erasure`: looks again whether anything of what was erased remains in a database's own files.
struct VerifyErasureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify-erasure", abstract: "Search a tenant's database files for what should be gone.",
    discussion: """
      Every page is walked: bytes that belong to no row, index or list must be zero. With --values the files are also searched for the \
      values in a file, one in a line; those that live on in rows that are kept are not counted, and those too short to mean anything \
      among so many bytes and values are counted and not looked for. Of a PostgreSQL server that takes in the write-ahead log, large \
      objects that no row names, collected statements, and the server's own log where the server collects it; what is in use and cannot be \
      searched is named. Exit code 4 when anything is found, 1 when no value was looked for. Changes no record; a write-ahead log is \
      checkpointed.
      Example: wis verify-erasure bakker --values erased.txt
      """)

  @Argument(help: "The tenants; all of them when none is named.") var tenants: [String] = []
  @Option(help: ArgumentHelp("Values to look for, one in a line, in UTF-8.", valueName: "file")) var values: String?
  @OptionGroup var options: NodeOptions

  func run() throws {
    let given = try values.map(Self.lines)
    let question = given.map(ResidueQuestion.values) ?? .structure
    let node = try options.node()
    var looks = Looks(node: node, options: options)
    try looks.each(tenants) { tenant in
      let store = try node.store(of: tenant, access: .look)
      let found = try store.searchResidue(question)
      if !options.json { show(found, of: tenant, given?.count) }
      let isSearched = found.isComplete && (given == nil || found.rowsCovered > 0)
      let status: ExitStatus = found.dirtyPages + found.hitCount > 0 ? .unverified : isSearched ? .done : .notDone
      return (
        .object(present: [
          "tenant": .string(tenant.tenant.id), "level": .string(tenant.level.rawValue), "residue": found.json,
          "given": given.map { .integer(Int64($0.count)) },
        ]), status
      )
    }
    try looks.end()
  }

  private func show(_ found: ResidueFindings, of tenant: TenantPolicy, _ given: Int?) {
    let searched = given.map {
      " for \(found.rowsCovered) of \($0) values in \(found.patterns) forms, \(found.livingOn) of them live on in kept rows"
    }
    Console.answer(
      "\(tenant.tenant.id): \(found.pages.seen) of \(found.pages.of) pages walked, \(found.bytes.seen) bytes searched\(searched ?? "")")
    if let given, found.rowsCovered < given {
      Console.answer(
        "\(tenant.tenant.id): not looked for: \(given - found.rowsCovered) values, too short to mean anything among so many bytes "
          + "and so many values")
    }
    Console.answer("\(tenant.tenant.id): found: \(found.words)")
    if let elsewhere = found.wordsOfUnsearched { Console.answer("\(tenant.tenant.id): not searched: \(elsewhere)") }
  }

  private static func lines(of path: String) throws -> [[UInt8]] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw UsageError(text: "\(path): cannot be read; give a file with values")
    }
    let lines = data.split { $0 == 0x0A }.map { line in Array(line.last == 0x0D ? line.dropLast() : line) }.filter { !$0.isEmpty }
    guard !lines.isEmpty else { throw UsageError(text: "\(path): holds no value; write one in a line") }
    return lines
  }
}
