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
  func run(input path: String? = nil) throws(AgentError) -> String {
    var input = FileHandle.nullDevice
    if let path {
      guard let file = FileHandle(forReadingAtPath: path) else { throw .file(path: path, problem: "cannot be read") }
      input = file
    }
    guard let text = String(validating: try output(for: input), as: UTF8.self) else {
      throw .command(program: program, problem: "wrote something that is not UTF-8 text")
    }
    return text
  }

  /// Runs it with some bytes as its standard input and gives what it wrote.
  func answer(to input: [UInt8]) throws(AgentError) -> [UInt8] {
    let file = try TemporaryFile()
    try file.speaking { handle in
      try handle.write(contentsOf: Data(input))
      try handle.seek(toOffset: 0)
    }
    return try output(for: file.handle)
  }

  /// What it says on standard error goes to ours: it is the operator's own program, and its words are for the operator.
  private func output(for input: FileHandle) throws(AgentError) -> [UInt8] {
    let file = try TemporaryFile()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = Array(arguments.dropFirst())
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = input
    process.standardOutput = file.handle
    let began = ContinuousClock.now
    do {
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
    return try file.speaking { handle in
      try handle.seek(toOffset: 0)
      return Array(try handle.readToEnd() ?? Data())
    }
  }

  static func words(_ process: Process) -> String {
    process.terminationReason == .exit
      ? "ended with status \(process.terminationStatus)" : "was ended by signal \(process.terminationStatus)"
  }
}

/// An open file for this process alone: its name is gone before anything is written, so that nothing can be left behind.
private struct TemporaryFile {
  let handle: FileHandle
  private let path: String

  init() throws(AgentError) {
    let folder = FileManager.default.temporaryDirectory.path
    path = "\(folder)/wis-command-\(ProcessInfo.processInfo.processIdentifier)-\(UInt32.random(in: .min ... .max))"
    guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
      let handle = FileHandle(forUpdatingAtPath: path)
    else { throw .file(path: path, problem: "cannot be made") }
    self.handle = handle
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      throw .file(path: path, problem: "cannot be removed")
    }
  }

  /// Reads or writes.
  func speaking<Result>(_ body: (FileHandle) throws -> Result) throws(AgentError) -> Result {
    do { return try body(handle) } catch { throw .file(path: path, problem: "cannot be read or written") }
  }
}
