internal import Glibc

/// A file beside a database: its rollback journal or its write-ahead log.
///
/// SQLite takes no locks on these, so they can be opened and closed without harm. Never open the database itself with this.
@safe public struct BesideFile: ~Copyable {
  private let descriptor: Int32
  /// Where it is.
  public let path: String

  /// Opens a file that exists; nil when there is none.
  public init?(path: String, forWriting: Bool = false) throws(SQLiteError) {
    self.path = path
    descriptor = unsafe open(path, (forWriting ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor < 0 else { return }
    if errno == ENOENT { return nil }
    throw Self.failure("could not be opened", path)
  }

  deinit { close(descriptor) }

  private static func failure(_ what: String, _ path: String) -> SQLiteError {
    SQLiteError(.inputOutput, .step, message: "\(path) \(what): \(unsafe String(cString: strerror(errno)))")
  }

  /// Its size in bytes.
  public borrowing func size() throws(SQLiteError) -> Int {
    let size = lseek(descriptor, 0, SEEK_END)
    guard size >= 0 else { throw Self.failure("could not be measured", path) }
    return size
  }

  /// Up to `count` bytes from a position; fewer at its end.
  public borrowing func read(_ count: Int, at position: Int) throws(SQLiteError) -> [UInt8] {
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = unsafe pread(descriptor, buffer.baseAddress, count, position)
      if filled < 0 { filled = 0 }
    }
    let size = try size()
    guard !bytes.isEmpty || count == 0 || size <= position else { throw Self.failure("could not be read", path) }
    return bytes
  }

  /// Overwrites all of it with zeros, waits until they are on disk, and cuts it to nothing.
  public borrowing func overwrite() throws(SQLiteError) {
    let size = try size()
    let zeros = [UInt8](repeating: 0, count: 65_536)
    var position = 0
    while position < size {
      let written = unsafe zeros.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, min($0.count, size - position), position) }
      guard written > 0 else { throw Self.failure("could not be overwritten", path) }
      position += written
    }
    guard fsync(descriptor) == 0, ftruncate(descriptor, 0) == 0, fsync(descriptor) == 0 else {
      throw Self.failure("could not be cut", path)
    }
  }
}
