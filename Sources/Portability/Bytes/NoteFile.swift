internal import Glibc

/// A small file of lines that are on the disk when `append` returns.
final class NoteFile {
  private let path: String
  private var descriptor: Int32

  /// Begins it anew.
  init(path: String) throws(PortabilityError) {
    self.path = path
    descriptor = try systemCall("create", path) { unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600) }
  }

  deinit { close(descriptor) }

  func append(_ lines: [UInt8]) throws(PortabilityError) {
    try writeAll(lines, to: descriptor, path)
    let (descriptor, path) = (descriptor, path)
    try systemCall("synchronize", path) { fsync(descriptor) }
  }

  /// Removes one; none may be there.
  static func remove(_ path: String) throws(PortabilityError) {
    if unsafe unlink(path) != 0, errno != ENOENT { throw .file(path: path, act: "remove", errno: errno) }
  }
}
