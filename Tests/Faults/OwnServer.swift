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
    process.executableURL = URL(fileURLWithPath: Wis.repository + "/Tests/postgresql-cluster")
    process.arguments = [verb, folder]
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "postgresql-cluster \(verb)")
    return text.split(separator: "\n").last.map(String.init) ?? ""
  }
}
