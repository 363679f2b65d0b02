import Foundation
import Synchronization
import Testing

/// A PostgreSQL server that may be crashed: the one that all tests share must go on.
enum OwnServer {
  private static let folder = Mutex<String?>(nil)

  private static let turn = Mutex(())

  /// Runs one trial at a time: a crash befalls everybody on the server.
  static func alone(_ body: () throws -> Void) throws { try turn.withLock { _ in try body() } }

  /// Its URL; it is started when it is first asked for.
  static func url() throws -> String {
    try folder.withLock { folder in
      // Below /tmp, because a socket's path may have 107 bytes only.
      let path = folder ?? "/tmp/wis-own." + String(UUID().uuidString.prefix(8))
      folder = path
      return try cluster("start", path)
    }
  }

  /// Ends it as a crash would, and starts it again.
  static func crash() throws { _ = try folder.withLock { try cluster("crash", try #require($0)) } }

  /// Stops and removes it.
  static func remove() throws {
    try folder.withLock { folder in
      if let path = folder { _ = try cluster("stop", path) }
      folder = nil
    }
  }

  /// Answers the last line that the script prints.
  private static func cluster(_ verb: String, _ folder: String) throws -> String {
    let output = Pipe()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    // Foundation takes a process for running as long as anybody holds a descriptor that it gave along; the server would.
    let closing = "for fd in /proc/$$/fd/*; do fd=${fd##*/}; if [ \"$fd\" -gt 2 ]; then eval \"exec $fd>&-\"; fi; done; exec \"$@\""
    process.arguments = ["-c", closing, "-", Wis.repository + "/Tests/postgresql-cluster", verb, folder]
    process.standardOutput = output
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    ended.wait()
    try #require(process.terminationStatus == 0, "postgresql-cluster \(verb)")
    return text.split(separator: "\n").last.map(String.init) ?? ""
  }
}
