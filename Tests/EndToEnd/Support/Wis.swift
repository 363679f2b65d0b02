import Foundation
import Testing

/// The program under test, run as a stranger runs it: the built binary, with arguments, in a process of its own.
struct Wis {
  /// What a command left behind.
  struct Outcome: CustomStringConvertible {
    let exit: Int32
    let output: String
    let errors: String

    var description: String { "exit \(exit)\nstdout:\n\(output)stderr:\n\(errors)" }

    /// Standard output as exactly one JSON document.
    func json(_ location: SourceLocation = #_sourceLocation) throws -> JSON {
      do {
        return JSON(try JSONSerialization.jsonObject(with: Data(output.utf8)))
      } catch {
        Issue.record("no single JSON document on standard output: \(self)", sourceLocation: location)
        throw error
      }
    }

    /// The lines on standard error.
    var complaints: [Substring] { errors.split(separator: "\n") }
  }

  /// A command that still runs.
  final class Running {
    private let process = Process()
    private let files: (output: String, errors: String)
    private let ended = DispatchSemaphore(value: 0)

    var id: pid_t { process.processIdentifier }
    /// What it said on standard error until now.
    var errors: String { read(files.errors) }
    /// Whether it has not ended yet.
    var isRunning: Bool { process.isRunning }

    fileprivate init(_ arguments: [String], in folder: String, through wrapper: [String]) throws {
      let name = "\(folder)/.said-\(UUID().uuidString)"
      files = (name + ".out", name + ".err")
      for path in [files.output, files.errors] { try Data().write(to: URL(fileURLWithPath: path)) }
      let command = wrapper + [try Wis.program()] + arguments
      process.executableURL = URL(fileURLWithPath: command[0])
      process.arguments = Array(command.dropFirst())
      process.standardInput = FileHandle.nullDevice
      let handles = try [files.output, files.errors].map { try FileHandle(forWritingTo: URL(fileURLWithPath: $0)) }
      process.standardOutput = handles[0]
      process.standardError = handles[1]
      let ended = ended
      process.terminationHandler = { _ in ended.signal() }
      try process.run()
      // Foundation keeps them open, thousands in a whole run; and with more than a thousand open files it reads behind its memory.
      for handle in handles { try handle.close() }
    }

    /// Kills it the hard way.
    func kill() { Foundation.kill(id, SIGKILL) }

    /// Waits until it has ended; a command that was killed has its signal as a negative exit code.
    func wait() -> Outcome {
      // Only a program that hangs takes this long; it must not take all other tests with it.
      if ended.wait(timeout: .now() + 400) == .timedOut {
        Issue.record("still running after 400 seconds")
        kill()
        ended.wait()
      }
      let code = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
      return Outcome(exit: code, output: read(files.output), errors: read(files.errors))
    }

    private func read(_ path: String) -> String { String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self) }
  }

  /// Starts a command; what it says is kept in files in `folder`.
  static func start(_ arguments: [String], in folder: String, through wrapper: [String] = []) throws -> Running {
    try Running(arguments, in: folder, through: wrapper)
  }

  /// Runs a command to its end, by another program that takes it as its last arguments if there is one.
  static func run(_ arguments: [String], in folder: String, through wrapper: [String] = []) throws -> Outcome {
    try start(arguments, in: folder, through: wrapper).wait()
  }

  /// The program through which another runs that is killed when it synchronizes a file for the given time.
  static func killed(atSynchronization number: Int) -> [String] {
    [
      "/usr/bin/strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e",
      "inject=fsync,fdatasync:signal=SIGKILL:when=\(number)",
    ]
  }

  /// The binary that was built beside this test bundle.
  private static func program() throws -> String {
    let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
    let found = ["\(bundle)/wis", "\(repository)/.build/debug/wis"].first { FileManager.default.isExecutableFile(atPath: $0) }
    return try #require(found, "build the program first: swift build --product wis")
  }

  /// The root of the repository.
  static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
    .deletingLastPathComponent().path
}

/// A JSON document as a test reads it; what is not there is nil.
struct JSON {
  private let value: Any?

  init(_ value: Any?) { self.value = value }

  subscript(_ name: String) -> JSON { JSON((value as? [String: Any])?[name]) }
  subscript(_ index: Int) -> JSON { list.indices.contains(index) ? list[index] : JSON(nil) }
  var list: [JSON] { (value as? [Any])?.map { JSON($0) } ?? [] }
  /// The text of it all, the same for the same document.
  var canonical: String {
    let data = value.flatMap { try? JSONSerialization.data(withJSONObject: $0, options: [.sortedKeys, .fragmentsAllowed]) }
    return data.map { String(decoding: $0, as: UTF8.self) } ?? "nothing"
  }
  /// The document without one of its members.
  func without(_ name: String) -> JSON { JSON((value as? [String: Any])?.filter { $0.key != name } ?? value) }
  var text: String? { value as? String }
  var isNull: Bool { value is NSNull }
  var integer: Int? { (value as? NSNumber)?.intValue }
  var flag: Bool? { (value as? NSNumber)?.boolValue }
}
