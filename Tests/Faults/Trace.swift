import Foundation
import Testing

/// A system call of a run: something it asked the system to do to a file or a connection of its own.
struct Call: CustomStringConvertible {
  /// Its name, as `pwrite64`.
  let name: String
  /// The how many-th call of this name it was.
  let number: Int
  /// What it was about, with numbers and names taken out, so that runs can be compared: `state.db-wal`, `connection`.
  let target: String

  var description: String { "\(name) \(number) (\(target))" }
}

/// The system calls of one run, as `strace` wrote them down.
struct Trace {
  /// The calls by which a run changes or learns anything.
  static let names = [
    "connect", "fdatasync", "fsync", "ftruncate", "link", "mkdir", "openat", "pread64", "pwrite64", "read", "recvfrom", "rename",
    "sendto", "unlink", "write",
  ]

  /// The file that `strace` writes.
  let path: String

  /// The command that runs another one under `strace`, failing or interrupting some calls: `fsync:error=EIO:when=3`.
  func command(_ injections: [String] = []) -> [String] {
    let names = Self.names.joined(separator: ",") + ",clock_nanosleep"
    // Not with --seccomp-bpf, under which strace 6.1 delivers no injected signal.
    return ["/usr/bin/strace", "-f", "-qq", "-y", "-s", "0", "-o", path, "-e", "trace=\(names)"]
      + injections.flatMap { ["-e", "inject=\($0)"] }
  }

  /// The lines so far.
  var lines: [Substring] { String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self).split(separator: "\n") }

  /// The calls on files in a folder and on connections. Only the first thread is heard: Wis works in one.
  func calls(in folder: String) -> [Call] {
    var counts: [Substring: Int] = [:]
    var calls: [Call] = []
    let first = lines.first?.prefix { $0 != " " }
    for line in lines where line.prefix(while: { $0 != " " }) == first {
      let rest = line.drop { $0 != " " }.drop { $0 == " " }
      let name = rest.prefix { $0 != "(" }
      guard Self.names.contains(String(name)) else { continue }
      counts[name, default: 0] += 1
      guard let target = Self.target(of: rest, in: folder) else { continue }
      calls.append(Call(name: String(name), number: counts[name] ?? 0, target: target))
    }
    return calls
  }

  private static func target(of call: Substring, in folder: String) -> String? {
    if call.contains("<socket:[") || call.contains("<UNIX") { return call.contains("/nscd/") ? nil : "connection" }
    guard let start = call.range(of: folder + "/")?.upperBound else { return nil }
    let path = call[start...].prefix { $0 != "\"" && $0 != ">" }
    // What the command says goes into files of the test's own.
    guard path.hasPrefix("node") || path.hasPrefix("tenant") else { return nil }
    // Temporary names, numbers and certificates differ from run to run.
    return path.split(separator: "/").map { $0.hasPrefix("VN-") ? "VN" : String($0.filter { !$0.isNumber }) }.joined(separator: "/")
  }

  /// Waits until a run is stopped by an injected signal and answers the process; nil when it ended first.
  func waitUntilStopped(_ running: Wis.Running) -> pid_t? {
    while true {
      let isRunning = running.isRunning
      if let line = lines.first(where: { $0.contains("stopped by SIGSTOP") }) { return pid_t(line.prefix { $0 != " " }) }
      if !isRunning { return nil }
      usleep(2_000)
    }
  }

  /// Waits until a run does nothing but wait, or has ended.
  func waitUntilWaiting(_ running: Wis.Running) {
    let before = lines.count { $0.contains("clock_nanosleep(") }
    while running.isRunning, lines.count(where: { $0.contains("clock_nanosleep(") }) == before { usleep(2_000) }
  }
}
