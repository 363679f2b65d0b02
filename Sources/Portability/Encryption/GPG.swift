internal import Foundation
internal import Glibc

/// The program gpg with a home of its own, empty, and removed afterwards: nobody's keyring or settings have a say.
final class GPG {
  private let home: String

  init() throws {
    home = FileManager.default.temporaryDirectory.path + "/wis-gpg-" + UUID().uuidString
    do {
      try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    } catch {
      throw PortabilityError.encryption("no folder for gpg could be made in \(FileManager.default.temporaryDirectory.path)")
    }
  }

  // Only one that was given up for another error, which is told, still has its home.
  deinit { _ = try? remove() }

  /// Removes the home, in which a secret key may be. An agent that gpg started ends with it.
  func remove() throws {
    guard FileManager.default.fileExists(atPath: home) else { return }
    let kill = try process(["--kill", "all"], program: "gpgconf")
    kill.standardOutput = FileHandle.nullDevice
    try kill.run()
    kill.waitUntilExit()
    do {
      try FileManager.default.removeItem(atPath: home)
    } catch {
      throw PortabilityError.file(path: home, act: "remove", errno: EIO)
    }
  }

  private func process(_ arguments: [String], program: String = "gpg") throws -> Process {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
    guard let path = folders.map({ "\($0)/\(program)" }).first(where: FileManager.default.isExecutableFile) else {
      throw PortabilityError.encryption("the program \(program) is missing; install gnupg, or use an age recipient")
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = ["--homedir", home] + (program == "gpg" ? ["--batch", "--no-tty", "--quiet", "--no-options"] : []) + arguments
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    return process
  }

  private func output(of arguments: [String]) throws -> (status: Int32, text: String) {
    let process = try process(arguments)
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  /// The fingerprint of the first key in a file.
  static func fingerprint(ofKeyIn file: String) throws -> String {
    let shown = try GPG().output(of: ["--with-colons", "--show-keys", "--", file]).text
    let lines = shown.split(separator: "\n").map { $0.split(separator: ":", omittingEmptySubsequences: false) }
    guard lines.contains(where: { $0.first == "pub" }), let line = lines.first(where: { $0.first == "fpr" }), line.count > 9 else {
      throw PortabilityError.encryption("\(file) holds neither an age recipient nor an OpenPGP public key")
    }
    return String(line[9])
  }

  /// Encrypts what is written to it.
  final class Writer {
    private let gpg: GPG
    private let process: Process
    private let pipe = Pipe()

    /// The encrypted bytes go to an open file.
    init(keyFile: String, to descriptor: Int32) throws {
      gpg = try GPG()
      process = try gpg.process([
        "--trust-model", "always", "--recipient-file", keyFile, "--compress-level", "0", "--output", "-", "--encrypt",
      ])
      process.standardInput = pipe
      process.standardOutput = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
      // gpg that ends early must be an error here, not the end of this program.
      _ = signal(SIGPIPE, SIG_IGN)
      try process.run()
    }

    func write(_ bytes: [UInt8]) throws {
      do {
        try pipe.fileHandleForWriting.write(contentsOf: Data(bytes))
      } catch {
        throw PortabilityError.encryption(
          "gpg could not encrypt to this key: it may be expired or have no encryption subkey, or the disk is full")
      }
    }

    func finish() throws {
      try pipe.fileHandleForWriting.close()
      process.waitUntilExit()
      guard process.terminationStatus == 0 else {
        throw PortabilityError.encryption(
          "gpg could not encrypt to this key: it may be expired or have no encryption subkey, or the disk is full")
      }
      try gpg.remove()
    }
  }

  /// Decrypts a file while it is read.
  final class Reader {
    private let gpg: GPG
    private let process: Process
    private let pipe = Pipe()
    private let path: String

    init(path: String, identity: String) throws {
      gpg = try GPG()
      self.path = path
      guard try gpg.output(of: ["--import", "--", identity]).status == 0 else {
        throw PortabilityError.encryption("\(identity) holds no OpenPGP secret key that gpg can import without a passphrase")
      }
      process = try gpg.process(["--output", "-", "--decrypt", "--", path])
      process.standardOutput = pipe
      try process.run()
    }

    /// The next plain bytes; none at the end. The end of a file that was altered is an error.
    func read() throws -> [UInt8] {
      let data = try pipe.fileHandleForReading.read(upToCount: 1 << 17) ?? Data()
      if !data.isEmpty { return Array(data) }
      process.waitUntilExit()
      try gpg.remove()
      guard process.terminationStatus == 0 else {
        throw PortabilityError.damaged(path: path, problem: "gpg cannot decrypt it: it is for another key, was cut short, or was altered")
      }
      return []
    }
  }
}
