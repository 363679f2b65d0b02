internal import Glibc

/// Bytes that must wait until others have been written: in memory up to a limit, then in a file without a name.
final class Spool {
  private let folder: String
  private var buffer: [UInt8] = []
  private var descriptor: Int32 = -1
  private(set) var size: Int64 = 0

  private let limit: Int

  /// Nothing yet. `folder` is where a file may be made when there are more bytes than `inMemory`.
  init(folder: String, inMemory limit: Int = 1 << 20) {
    self.folder = folder
    self.limit = limit
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  func append(_ bytes: some Sequence<UInt8>) throws(PortabilityError) {
    let before = buffer.count
    buffer.append(contentsOf: bytes)
    size += Int64(buffer.count - before)
    if buffer.count > limit { try spill() }
  }

  private func spill() throws(PortabilityError) {
    if descriptor < 0 {
      var template = Array("\(folder)/.wis-spool-XXXXXX".utf8CString)
      descriptor = try systemCall("create a temporary file in", folder) { unsafe mkstemp(&template) }
      // Programs that are started meanwhile have no use for it.
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      unsafe unlink(template)
    }
    try writeAll(buffer, to: descriptor, folder)
    buffer.removeAll(keepingCapacity: true)
  }

  /// Gives everything to `write`, in the order in which it came.
  func read(_ write: ([UInt8]) throws -> Void) throws {
    if descriptor >= 0 {
      let descriptor = descriptor
      // What is added later comes at the end again, where reading stops.
      guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw PortabilityError.file(path: folder, act: "read", errno: errno) }
      while true {
        let bytes = try readSome(1 << 17, from: descriptor, folder)
        if bytes.isEmpty { break }
        try write(bytes)
      }
    }
    if !buffer.isEmpty { try write(buffer) }
  }
}
