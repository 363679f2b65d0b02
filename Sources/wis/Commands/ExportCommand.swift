import Agent
import ArgumentParser
import Evidence
import Foundation
import Portability
import Retention

/// `wis export`: gives the data back.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Return data in a package that strangers' tools open, and verify such a package.",
    subcommands: [Write.self, Verify.self], defaultSubcommand: Write.self)

  struct Write: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "write", abstract: "Write a tenant's data, a part of it, or one person's, as one package.",
      discussion: """
        The package is a ZIP file with CSV files, a description of every column, checksums, and scripts to restore it. Beside it comes a \
        signed statement. PATH is a folder, or a file that is not there yet. What was interrupted goes on when the same is asked again \
        that day; what is encrypted begins anew.
        Example: wis export kade --nature raw --encrypt-to controller.pub --out /srv/returns
        """)

    @Argument(help: "The tenant.") var tenant: String
    @Option(help: ArgumentHelp("Only what is about one person. \(TypedPerson.inputHelp)", valueName: "type=id")) var subject: String?
    @Option(help: "raw leaves out what the data map calls derived, and lists it.") var nature = Choice.all
    @Option(help: ArgumentHelp("Only these tables, with what their rows refer to.", valueName: "table,…")) var tables: String?
    @Option(help: Self.formatHelp) var format: [Format] = []
    @Option(help: ArgumentHelp("Encrypt to an age recipient, or to the key in a file (age or OpenPGP).", valueName: "age1…|file"))
    var encryptTo: String?
    @Option(help: ArgumentHelp("A folder, or a new file.", valueName: "path")) var out: String
    @OptionGroup var options: NodeOptions

    enum Choice: String, CaseIterable, ExpressibleByArgument { case raw, all }

    /// CSV in its package is always there; the others come beside it.
    enum Format: String, CaseIterable, ExpressibleByArgument {
      case package
      case workbook = "xlsx"
      case jsonLines = "json-lines"

      var copy: ReadingCopy? {
        switch self {
        case .package: nil
        case .workbook: .workbook
        case .jsonLines: .jsonLines
        }
      }
    }

    static let formatHelp: ArgumentHelp = "Also this form of the rows, beside the CSV files of the package; more than once for more forms."

    func run() throws {
      let recipient = try encryptTo.map { try Recipient($0) }
      let person = try subject.map(SubjectReference.typed)
      let node = try options.node()
      guard let policy = try node.tenants([tenant]).first else { return }
      let extent = try extent(person) { try node.extent(about: $0, in: policy) }
      let export = try TenantExport(node: node, tenant: policy, environment: ProcessInfo.processInfo.environment)
      let result = try export.write(
        extent, nature: nature == .raw ? .raw : nil, copies: format.compactMap(\.copy), for: recipient, to: out, progress: options.progress)
      let evidence = result.file.summary.evidence
      if options.json { try Console.answer(json(result)) } else { show(result) }
      try (evidence.isIncomplete ? ExitStatus.notDone : .done).end()
    }

    private func extent(
      _ person: SubjectReference?, about: (SubjectReference) throws -> ReturnScope.Extent
    ) throws -> ReturnScope.Extent {
      switch (person, tables) {
      case (nil, nil): return .tenant
      case (nil, let tables?):
        let names = tables.split(separator: ",").map(String.init)
        guard !names.isEmpty else { throw UsageError(text: "--tables names no table; write --tables loonstrook,loonregel") }
        return .tables(names)
      case (let person?, nil): return try about(person)
      case (.some, .some): throw UsageError(text: "--subject and --tables cannot go together; ask for one of them")
      }
    }

    private func show(_ result: TenantExport.Result) {
      let evidence = result.file.summary.evidence
      var table = TextTable(["table", "rows", "bytes", ""])
      for one in evidence.tables { table.add([one.table, String(one.writtenRows), String(one.bytes), one.shared ? "shared" : ""]) }
      Console.answer(table.text)
      for one in evidence.leftOut { Console.answer("left out: \(one.table)\(one.column.map { ".\($0)" } ?? "") (\(one.reason))") }
      if evidence.files.written + evidence.files.missing > 0 {
        Console.answer("files: \(evidence.files.written) written, \(evidence.files.missing) missing")
      }
      for one in evidence.orphans { Console.answer("\(one.reference): \(one.rows) rows refer to nothing") }
      Console.answer("wrote \(result.file.path) (\(result.file.size) bytes)\n      \(result.statement)")
    }

    private func json(_ result: TenantExport.Result) -> JSONValue {
      let evidence = result.file.summary.evidence
      return .object(present: [
        "tenant": .string(tenant), "name": .string(result.file.summary.name), "file": .string(result.file.path),
        "statement": .string(result.statement), "bytes": .integer(result.file.size), "sha256": .string(result.file.sha256),
        "recipient": result.file.recipient.map(JSONValue.string), "complete": .bool(!evidence.isIncomplete),
        "tables": .array(
          evidence.tables.map {
            ["table": .string($0.table), "rows": .integer(Int64($0.writtenRows)), "bytes": .integer($0.bytes), "shared": .bool($0.shared)]
          }),
        "leftOut": .array(
          evidence.leftOut.map {
            .object(present: ["table": .string($0.table), "column": $0.column.map(JSONValue.string), "reason": .string($0.reason)])
          }),
        "files": ["written": .integer(Int64(evidence.files.written)), "missing": .integer(Int64(evidence.files.missing))],
        "orphans": .array(evidence.orphans.map { ["reference": .string($0.reference), "rows": .integer(Int64($0.rows))] }),
      ])
    }
  }
}
