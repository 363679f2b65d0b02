import Foundation

/// A program of somebody else, asked for a second opinion. When it is missing the test fails: a skipped check checks nothing.
enum Tool {
  struct Answer {
    let status: Int32
    let output: String
  }

  static func run(_ arguments: [String], input: [UInt8] = []) throws -> Answer {
    try withTemporaryFolder { folder in
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = arguments
      let (inputPath, outputPath) = ("\(folder)/in", "\(folder)/out")
      try Data(input).write(to: URL(fileURLWithPath: inputPath))
      try Data().write(to: URL(fileURLWithPath: outputPath))
      process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: inputPath))
      let output = try FileHandle(forWritingTo: URL(fileURLWithPath: outputPath))
      process.standardOutput = output
      process.standardError = output
      try process.run()
      process.waitUntilExit()
      try output.close()
      return Answer(status: process.terminationStatus, output: try String(contentsOfFile: outputPath, encoding: .utf8))
    }
  }

  static func python(_ program: String, _ arguments: [String] = [], input: [UInt8] = []) throws -> Answer {
    try run([ProcessInfo.processInfo.environment["WIS_TEST_PYTHON"] ?? "python3", "-c", program] + arguments, input: input)
  }
}
