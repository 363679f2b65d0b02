import Foundation
import PolicyLanguage
import Retention

/// The files of this repository as they are shipped.
enum ShippedFiles {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func text(_ path: String) throws -> String { try String(contentsOf: root.appending(path: path), encoding: .utf8) }

  static func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path).filter { $0.hasSuffix(".yaml") }
      .map { String($0.dropLast(5)) }.sorted()
  }

  static func library(_ name: String) -> StatutoryLibrary? {
    let file = "Policies/statutory/\(name).yaml"
    return try? StatutoryLibrary.read(text(file), file: file).content
  }

  static func agreement(_ name: String) throws -> PolicyFile<Agreement> {
    let file = "Policies/agreements/\(name).yaml"
    return try Agreement.read(text(file), file: file, statutes: library)
  }

  /// The applications that could be run under each agreement.
  static let applications = [
    "flexsoftware": "uitzenden", "hr365": "hr", "clockassist": "klok", "felixx-loon": "loon", "flexensie-wil": "flexensie",
  ]
}

/// Runs a Python script of the tests; `WIS_TEST_PYTHON` names an interpreter with PyYAML and jsonschema.
func python(_ script: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
  let process = Process()
  process.executableURL = URL(filePath: "/usr/bin/env")
  let interpreter = ProcessInfo.processInfo.environment["WIS_TEST_PYTHON"] ?? "python3"
  let file = ShippedFiles.root.appending(path: "Tests/PolicyLanguageTests/Schemas/\(script)").path
  process.arguments = [interpreter, file] + arguments
  let pipe = Pipe()
  process.standardOutput = pipe
  try process.run()
  let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  return (process.terminationStatus, output)
}
