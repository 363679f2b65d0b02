internal import Glibc

/// A new file that appears under its name only when it is complete and on the disk. Until then it has another name; when its
/// life ends before `finish`, it is removed.
final class OutputFile {
  let path: String
  /// Its name until it is complete.
  private(set) var temporary: String
  /// Whether it has the name that it was finished with.
  private(set) var isPlaced = false
  private(set) var descriptor: Int32
  private(set) var size: Int64 = 0
  private(set) var digest = Digest()

  /// What the name of a file ends with until it is complete.
  static let ending = ".partial"

  /// Refuses a path that is taken; a remainder of an export that was killed is replaced, unless it is kept to go on from.
  convenience init(path: String, keeping isKeeping: Bool = false) throws(PortabilityError) {
    try Self.requireFree(path)
    try self.init(path: path, until: path + Self.ending, keeping: isKeeping)
  }

  /// A file whose name is told when it is finished. What stands under the temporary one is kept to go on from.
  convenience init(until temporary: String) throws(PortabilityError) {
    try self.init(path: temporary, until: temporary, keeping: true)
  }

  private init(path: String, until temporary: String, keeping isKeeping: Bool) throws(PortabilityError) {
    self.path = path
    self.temporary = temporary
    descriptor = -1
    let anew = isKeeping ? 0 : O_TRUNC
    descriptor = try systemCall("create", temporary) {
      unsafe open(temporary, O_RDWR | O_CREAT | anew | O_CLOEXEC | O_NOFOLLOW, 0o600)
    }
    // Two exports to one path would write through each other.
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      close(descriptor)
      descriptor = -1
      throw .exists(path: temporary)
    }
  }

  deinit {
    guard descriptor >= 0 else { return }
    unsafe unlink(temporary)
    close(descriptor)
  }

  private static func requireFree(_ path: String) throws(PortabilityError) {
    if isTaken(path) { throw .exists(path: path) }
  }

  /// Whether anything has a name; a dangling link counts.
  static func isTaken(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0
  }

  func write(_ bytes: [UInt8]) throws(PortabilityError) {
    try append(bytes)
    digest.update(bytes)
    size += Int64(bytes.count)
  }

  /// Writes at the end what may still be gone back to: it is not measured yet.
  func append(_ bytes: [UInt8]) throws(PortabilityError) { try writeAll(bytes, to: descriptor, path) }

  /// Writes over what stands at a place.
  func replace(at offset: UInt64, with bytes: [UInt8]) throws(PortabilityError) {
    var done = 0
    while done < bytes.count {
      let written = unsafe bytes[done...].withUnsafeBytes {
        unsafe pwrite(descriptor, $0.baseAddress, $0.count, off_t(offset) + off_t(done))
      }
      if written < 0 {
        let number = errno
        if number == EINTR { continue }
        throw .file(path: path, act: "write", errno: number)
      }
      done += written
    }
  }

  /// Brings what was written so far to the disk.
  func synchronize() throws(PortabilityError) {
    let (descriptor, path) = (descriptor, path)
    try systemCall("synchronize", path) { fsync(descriptor) }
  }

  /// Gives it up and leaves it under its temporary name, to be gone on from.
  func leave() {
    close(descriptor)
    descriptor = -1
  }

  /// Forgets everything from a place on.
  func truncate(to offset: UInt64) throws(PortabilityError) {
    let (descriptor, path) = (descriptor, path)
    try systemCall("shorten", path) { ftruncate(descriptor, off_t(offset)) }
    guard lseek(descriptor, off_t(offset), SEEK_SET) >= 0 else { throw .file(path: path, act: "shorten", errno: errno) }
  }

  /// What was written so far, from the beginning.
  func reader() throws(PortabilityError) -> InputFile { try InputFile(path: temporary) }

  /// Reads what was written without being measured, by this program or another, for the file's size and digest.
  func measure() throws(PortabilityError) {
    let reading = try reader()
    while case let bytes = try reading.read(), !bytes.isEmpty {
      digest.update(bytes)
      size += Int64(bytes.count)
    }
  }

  /// Writes bytes to the disk and gives the file the name that it was begun with.
  func finish() throws(PortabilityError) { try finish(as: path) }

  /// Writes bytes to the disk and lets the temporary name be the one that belongs to a path.
  func settle(for path: String) throws(PortabilityError) {
    try synchronize()
    let name = path + Self.ending
    guard name != temporary else { return }
    try move(to: name)
    temporary = name
  }

  /// Writes bytes to the disk and gives the file a name. One that was taken meanwhile is not replaced.
  func finish(as path: String) throws(PortabilityError) {
    try synchronize()
    try move(to: path) { isPlaced = true }
    close(descriptor)
    self.descriptor = -1
    let folder = folder(of: path)
    let opened = try systemCall("open folder", folder) { unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    defer { close(opened) }
    try systemCall("synchronize folder", folder) { fsync(opened) }
  }

  /// Not every file system has hard links; there the name is looked at once more and the file renamed.
  private func move(to path: String, taken: () -> Void = {}) throws(PortabilityError) {
    let temporary = temporary
    if unsafe link(temporary, path) == 0 {
      taken()
      try systemCall("remove", temporary) { unsafe unlink(temporary) }
    } else {
      if errno == EEXIST { throw .exists(path: path) }
      try Self.requireFree(path)
      try systemCall("put in place", path) { unsafe rename(temporary, path) }
      taken()
    }
  }
}

/// The folder that a path is in.
func folder(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// The last part of a path.
func lastPart(of path: String) -> String {
  path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
}

/// Repeats a call that a signal interrupted, and turns -1 into an error that names the act and the path.
@discardableResult
func systemCall(_ act: String, _ path: String, _ call: () -> Int32) throws(PortabilityError) -> Int32 {
  while true {
    let result = call()
    if result != -1 { return result }
    let number = errno
    if number != EINTR { throw .file(path: path, act: act, errno: number) }
  }
}

func writeAll(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws(PortabilityError) {
  var start = 0
  while start < bytes.count {
    let written = unsafe bytes[start...].withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
    if written < 0 {
      let number = errno
      if number == EINTR { continue }
      throw .file(path: path, act: "write", errno: number)
    }
    start += written
  }
}

/// Reads up to `count` bytes; none at the end.
func readSome(_ count: Int, from descriptor: Int32, _ path: String) throws(PortabilityError) -> [UInt8] {
  while true {
    var failure: Int32 = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      let got = unsafe read(descriptor, buffer.baseAddress, count)
      if got < 0 { failure = errno } else { filled = got }
    }
    if failure == 0 { return bytes }
    if failure != EINTR { throw .file(path: path, act: "read", errno: failure) }
  }
}

/// The system's words for an error number.
public func systemMessage(_ number: Int32) -> String { unsafe String(cString: strerror(number)) }

/// Whether a path is an existing folder, or a link to one.
public func isFolder(_ path: String) -> Bool {
  var status = stat()
  return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}
