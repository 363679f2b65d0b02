internal import Glibc

/// An existing file that is read from its beginning.
final class InputFile {
  let path: String
  private let descriptor: Int32

  init(path: String) throws(PortabilityError) {
    self.path = path
    descriptor = try systemCall("open", path) { unsafe open(path, O_RDONLY | O_CLOEXEC) }
  }

  deinit { close(descriptor) }

  /// The next bytes; none at the end.
  func read() throws(PortabilityError) -> [UInt8] { try readSome(1 << 17, from: descriptor, path) }

  /// Makes a place the next; false when this is no file in which one can go about, or it is not that long.
  func seek(to offset: UInt64) -> Bool {
    guard let size, offset <= size else { return false }
    return lseek(descriptor, off_t(offset), SEEK_SET) >= 0
  }

  /// How long it is; nil when it is no regular file.
  var size: UInt64? {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return UInt64(status.st_size)
  }
}
