internal import Glibc
import Retention

/// A folder from which files may be taken, and never from outside it: rows are data, and data may say `../../etc/passwd`.
struct FileRoot {
  private let path: String

  init(_ path: String) { self.path = path }

  enum Opened {
    case file(Content)
    /// There is no such file.
    case missing
    /// It is outside the folder, no regular file, or may not be read.
    case refused
  }

  /// An open file.
  final class Content {
    private let descriptor: Int32
    private let path: String

    fileprivate init(_ descriptor: Int32, _ path: String) {
      self.descriptor = descriptor
      self.path = path
    }

    deinit { close(descriptor) }

    func read(_ write: ([UInt8]) throws -> Void) throws {
      while true {
        let bytes = try readSome(1 << 17, from: descriptor, path)
        if bytes.isEmpty { return }
        try write(bytes)
      }
    }
  }

  /// Opens the file that a row names, by the same reading of the name by which it would be removed. A link may lead elsewhere within the folder, not out of it.
  func open(_ name: String) throws(PortabilityError) -> Opened {
    guard let root = Self.real(path) else { throw .file(path: path, act: "open the folder of files", errno: errno) }
    let place: FilePath
    do { place = try FilePath(name.utf8, below: [path, root]) } catch { return .refused }
    let wanted = "\(path)/" + place.components.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "/")
    guard let real = Self.real(wanted) else { return errno == ENOENT || errno == ENOTDIR ? .missing : .refused }
    guard real.hasPrefix(root == "/" ? "/" : root + "/") else { return .refused }
    let descriptor = unsafe Glibc.open(real, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return .refused }
    let content = Content(descriptor, wanted)
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return .refused }
    return .file(content)
  }

  private static func real(_ path: String) -> String? {
    guard let real = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
  }
}
