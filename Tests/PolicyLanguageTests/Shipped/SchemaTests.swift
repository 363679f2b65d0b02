import Foundation
import PolicyLanguage
import Testing

/// The JSON Schemas against the parser and against real databases, through Python.
@Suite struct SchemaTests {
  private func refused(_ schema: String, _ files: [String]) throws -> [String] {
    let root = ShippedFiles.root
    let result = try python("validate.py", [root.appending(path: "Policies/schema/\(schema).schema.json").path] + files)
    try #require(result.status == 0, "validate.py needs PyYAML and jsonschema (WIS_TEST_PYTHON)")
    return result.output.split(separator: "\n").map(String.init)
  }

  @Test(arguments: [("agreement", "agreements"), ("map", "maps"), ("statutory", "statutory")])
  func `every shipped file satisfies its schema`(schema: String, folder: String) throws {
    let files = try ShippedFiles.names(in: "Policies/\(folder)").map {
      ShippedFiles.root.appending(path: "Policies/\(folder)/\($0).yaml").path
    }
    #expect(!files.isEmpty)
    #expect(try refused(schema, files) == [])
  }

  @Test func `the Chinook fixtures satisfy the schemas`() throws {
    let folder = ShippedFiles.root.appending(path: "Tests/Fixtures/chinook")
    #expect(try refused("agreement", [folder.appending(path: "agreement.yaml").path]) == [])
    #expect(try refused("map", ["map-sqlite.yaml", "map-postgresql.yaml"].map { folder.appending(path: $0).path }) == [])
  }

  @Test func `what the schema refuses the parser refuses, and a good file passes both`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "wis-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (schema, samples) in Dictionary(grouping: SchemaSample.all, by: \.schema) {
      let files = samples.indices.map { folder.appending(path: "\(schema)-\($0).yaml") }
      for (sample, file) in zip(samples, files) { try sample.text.write(to: file, atomically: true, encoding: .utf8) }
      let refusals = try refused(schema, files.map(\.path))
      for (sample, file) in zip(samples, files) {
        #expect(refusals.contains { $0.hasPrefix("\(file.path)\t") } == sample.isBad, "the schema, on: \(sample.text)")
        #expect(sample.parserRefuses == sample.isBad, "the parser, on: \(sample.text)")
      }
    }
  }

  @Test(arguments: ShippedFiles.applications.values.sorted())
  func `a map mentions every column of its application, and clocks and references are indexed`(name: String) throws {
    let root = ShippedFiles.root
    let arguments = ["Policies/maps/\(name).yaml", "Sources/wis/Demo/Schema/\(name).sql"].map { root.appending(path: $0).path }
    let result = try python("coverage.py", arguments)
    #expect(result.status == 0 && result.output == "")
  }
}
