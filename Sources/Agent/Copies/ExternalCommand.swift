import Foundation

/// A program of the operator's that Wis calls: no shell, a time limit, and its exit status counts.
struct ExternalCommand {
  private let arguments: [String]
  private let seconds: Int
  private let environment: [String: String]

  /// A program by its whole path with its arguments. `environment` is added to this program's own.
  init(_ arguments: [String], seconds: Int = 60, environment: [String: String] = [:]) {
    self.arguments = arguments
    self.seconds = seconds
    self.environment = environment
  }

  private var program: String { arguments.first ?? "" }

  /// Runs it with a file as its standard input and gives the text that it wrote.
  func run(input: String? = nil) throws(AgentError) -> String {
    guard let text = String(validating: try output(for: input), as: UTF8.self) else {
      throw .command(program: program, problem: "wrote something that is not UTF-8 text")
    }
    return text
  }

  /// Runs it with some bytes as its standard input and gives what it wrote.
  func answer(to input: [UInt8]) throws(AgentError) -> [UInt8] {
    let path = try Self.temporaryFile(input)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try output(for: path)
  }

  private static func temporaryFile(_ content: [UInt8] = []) throws(AgentError) -> String {
    let folder = FileManager.default.temporaryDirectory.path
    let path = "\(folder)/wis-command-\(ProcessInfo.processInfo.processIdentifier)-\(UInt32.random(in: .min ... .max))"
    guard FileManager.default.createFile(atPath: path, contents: Data(content), attributes: [.posixPermissions: 0o600]) else {
      throw .file(path: path, problem: "cannot be made")
    }
    return path
  }

  /// What it says on standard error goes to ours: it is the operator's own program, and its words are for the operator.
  private func output(for input: String?) throws(AgentError) -> [UInt8] {
    let path = try Self.temporaryFile()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = Array(arguments.dropFirst())
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let began = ContinuousClock.now
    do {
      process.standardInput = try input.map { try FileHandle(forReadingFrom: URL(fileURLWithPath: $0)) } ?? FileHandle.nullDevice
      process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      try process.run()
    } catch {
      throw .command(program: program, problem: "cannot be started; check its path and permissions")
    }
    while process.isRunning {
      guard ContinuousClock.now - began < .seconds(seconds) else {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        throw .command(program: program, problem: "took longer than \(seconds) seconds and was ended")
      }
      Thread.sleep(forTimeInterval: 0.01)
    }
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      throw .command(program: program, problem: Self.words(process))
    }
    guard let bytes = FileManager.default.contents(atPath: path) else { throw .file(path: path, problem: "cannot be read") }
    return Array(bytes)
  }

  static func words(_ process: Process) -> String {
    process.terminationReason == .exit
      ? "ended with status \(process.terminationStatus)" : "was ended by signal \(process.terminationStatus)"
  }
}
