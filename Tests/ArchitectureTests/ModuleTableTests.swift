import Foundation
import Testing

/// Holds the table of modules in `ARCHITECTURE.md` against the imports in `Sources/`.
@Suite struct `The table of modules` {
  private let sources = root.appendingPathComponent("Sources")

  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// What each module may import, as the table says: names between backticks in the first and in the last column.
  private func table() throws -> [String: Set<String>] {
    let page = try String(contentsOf: Self.root.appendingPathComponent("ARCHITECTURE.md"), encoding: .utf8)
    let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { $0.split(separator: "|").map(Self.names) }
    let pairs = rows.flatMap { columns in columns[0].map { ($0, Set(columns[columns.count - 1])) } }
    return try #require(pairs.isEmpty ? nil : Dictionary(pairs) { _, second in second })
  }

  private static func names(_ column: Substring) -> [String] {
    column.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
  }

  private func modules() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: sources.path).filter { !$0.hasPrefix(".") }.sorted()
  }

  /// The Swift files of a module, by path below it.
  private func files(of module: String) throws -> [(path: String, text: String)] {
    let folder = sources.appendingPathComponent(module)
    return try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }.sorted()
      .map { ($0, try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8)) }
  }

  /// The modules that a text imports: `public import A`, `@testable import B`, `import struct C.D`.
  static func imports(_ text: String) -> Set<String> {
    var found: Set<String> = []
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard let position = words.firstIndex(of: "import"), words[..<position].allSatisfy({ beforeImport.contains(String($0)) }) else {
        continue
      }
      let named = words[(position + 1)...].first { !kinds.contains(String($0)) }
      if let module = named?.split(separator: ".").first { found.insert(String(module)) }
    }
    return found
  }

  private static let beforeImport: Set = [
    "public", "package", "internal", "fileprivate", "private", "@testable", "@preconcurrency", "@_exported",
  ]
  private static let kinds: Set = ["struct", "class", "enum", "protocol", "typealias", "func", "var", "let"]

  @Test func `has a row for every module, and a module for every row`() throws {
    #expect(try table().keys.sorted() == modules())
  }

  @Test func `allows every import there is`() throws {
    let table = try table()
    for module in try modules() {
      for file in try files(of: module) {
        let tooMuch = Self.imports(file.text).subtracting(table[module] ?? [])
        #expect(tooMuch.isEmpty, "Sources/\(module)/\(file.path) imports \(tooMuch.sorted())")
      }
    }
  }

  @Test func `allows no import that nobody makes`() throws {
    for (module, allowed) in try table() {
      let made = try files(of: module).reduce(into: Set<String>()) { $0.formUnion(Self.imports($1.text)) }
      #expect(allowed.subtracting(made).isEmpty, "\(module) may import more than it does")
    }
  }

  @Test func `has no circle, and gives each dependency from outside to one module`() throws {
    let table = try table()
    var settled: Set<String> = []
    while let next = table.first(where: { !settled.contains($0.key) && $0.value.allSatisfy { settled.contains($0) || table[$0] == nil } }) {
      settled.insert(next.key)
    }
    #expect(settled.count == table.count, "a circle among \(Set(table.keys).subtracting(settled).sorted())")
    let ofTheToolchain: Set = ["Dispatch", "Foundation", "Glibc"]
    let outside = table.values.flatMap { $0 }.filter { table[$0] == nil && !ofTheToolchain.contains($0) }
    // Cryptography is needed twice: for proofs, which an auditor reads alone, and for packages.
    let counted = outside.filter { $0 != "Crypto" }
    #expect(counted.count == Set(counted).count, "\(outside.sorted())")
  }

  @Test func `keeps unsafe steps at the C boundary, and the core synchronous`() throws {
    // Files that rows name are reached name by name from an open folder: only the system's own calls do that. The search for
    // residue reads eight bytes at once, at any position.
    let boundary = [
      "SQLite/", "PostgreSQL/", "Evidence/Files/", "Evidence/Keys/KeyFolder.swift", "Portability/Bytes/",
      "Enforcement/Files/FileRoot.swift", "Residue/Search/WindowIndex.swift", "Residue/Search/WordShape.swift",
    ]
    for module in try modules() {
      for file in try files(of: module) {
        let path = "\(module)/\(file.path)"
        let code = file.text.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("//") }
        let words = Set(code.flatMap { $0.split { !($0.isLetter || $0.isNumber || $0 == "_") } })
        if !boundary.contains(where: path.hasPrefix) { #expect(!words.contains("unsafe"), "\(path)") }
        // One pair of threads: what reads and formats rows, and what hashes and compresses them. It says there how.
        if path != "Portability/Bytes/Conveyor.swift" {
          #expect(words.isDisjoint(with: ["async", "await", "actor", "DispatchQueue", "DispatchSemaphore"]), "\(path)")
        }
        #expect(!file.text.contains("@unchecked Sendable"), "\(path)")
      }
    }
  }

  @Test func `reads imports of every form`() {
    let text = "public import A\n@testable import B\nimport struct C.D\n// import E\ninternal import F\n/// import G\n  let important = 1"
    #expect(Self.imports(text) == ["A", "B", "C", "F"])
  }
}
