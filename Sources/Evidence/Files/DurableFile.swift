internal import Glibc

/// Files that are either the old content or the new, whatever happens to the machine in between.
///
/// A rename within one folder is atomic for every reader, but after a power cut neither the bytes nor the new name need be
/// on the disk. So: write a temporary file beside the target, fsync it (the bytes), rename it, fsync the folder (the name).
/// In any other order a crash can leave an empty file under the final name. See tessera `storage/posix/file_ops.go`.
///
/// The temporary file of `a` is always `a.tmp`, so that the next writer clears what a killed one left. A lock on the folder
/// keeps two writers apart; the system lets go of it with the process.
public enum DurableFile {
  /// Replaces (or creates) a file. The temporary file is created with `mode` from the start, so a secret is never readable by others, not even for an instant.
  public static func write(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o644) throws(EvidenceError) {
    try write(bytes, to: path, mode: mode, mayReplace: true)
  }

  /// Creates a file and refuses to replace one: an existing key is never overwritten.
  public static func create(_ bytes: [UInt8], at path: String, mode: UInt32 = 0o644) throws(EvidenceError) {
    try write(bytes, to: path, mode: mode, mayReplace: false)
  }

  /// Makes a folder and its parents, durably.
  public static func makeFolder(_ path: String, mode: UInt32 = 0o755) throws(EvidenceError) {
    // "path/." exists only when path is a folder.
    if unsafe access("\(path)/.", F_OK) == 0 { return }
    try makeFolder(parent(of: path), mode: mode)
    try systemCall("make folder", path) { unsafe mkdir(path, mode) == -1 && errno != EEXIST ? -1 : 0 }
    try synchronizeFolder(parent(of: path))
  }

  /// The whole content of a file.
  public static func read(_ path: String) throws(EvidenceError) -> [UInt8] {
    let descriptor = try systemCall("open", path) { unsafe open(path, O_RDONLY | O_CLOEXEC) }
    defer { close(descriptor) }
    return try read(descriptor, path)
  }

  /// The whole content of a file, or nil when there is none.
  public static func readIfPresent(_ path: String) throws(EvidenceError) -> [UInt8]? {
    do {
      return try read(path)
    } catch {
      if case .file(_, _, ENOENT) = error { return nil }
      throw error
    }
  }

  /// Waits until the names in a folder are on the disk.
  public static func synchronizeFolder(_ path: String) throws(EvidenceError) {
    let descriptor = try openFolder(path)
    defer { close(descriptor) }
    try systemCall("synchronize folder", path) { fsync(descriptor) }
  }

  private static func openFolder(_ path: String) throws(EvidenceError) -> Int32 {
    try systemCall("open folder", path) { unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
  }
}

extension DurableFile {
  private static func write(_ bytes: [UInt8], to path: String, mode: UInt32, mayReplace: Bool) throws(EvidenceError) {
    let folder = try openFolder(parent(of: path))
    defer { close(folder) }
    try systemCall("lock the folder of", path) { flock(folder, LOCK_EX) }
    let temporary = "\(path).tmp"
    try systemCall("remove", temporary) { unsafe unlink(temporary) == -1 && errno != ENOENT ? -1 : 0 }
    let descriptor = try systemCall("create", temporary) {
      unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
    }
    defer { close(descriptor) }
    do throws(EvidenceError) {
      try writeAll(bytes, descriptor, path)
      try systemCall("synchronize", path) { fsync(descriptor) }
      // Under the lock nobody creates it between the look and the rename.
      if !mayReplace, unsafe access(path, F_OK) == 0 { throw EvidenceError.file(path: path, act: "create", errno: EEXIST) }
      try systemCall("put in place", path) { unsafe rename(temporary, path) }
    } catch {
      try discard(temporary, after: error)
    }
    try systemCall("synchronize folder of", path) { fsync(folder) }
  }

  /// Removes what a failed write left behind; the first failure is the one worth telling.
  private static func discard(_ temporary: String, after error: EvidenceError) throws(EvidenceError) -> Never {
    _ = unsafe unlink(temporary)
    throw error
  }

  private static func writeAll(_ bytes: [UInt8], _ descriptor: Int32, _ path: String) throws(EvidenceError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let chunk = rest.prefix(1 << 20)
      let written = try systemCall("write", path) {
        Int32(unsafe chunk.withUnsafeBytes { buffer in unsafe Glibc.write(descriptor, buffer.baseAddress, buffer.count) })
      }
      rest = rest.dropFirst(Int(written))
    }
  }

  static func read(_ descriptor: Int32, _ path: String) throws(EvidenceError) -> [UInt8] {
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try systemCall("read", path) {
        Int32(unsafe chunk.withUnsafeMutableBytes { buffer in unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count) })
      }
      if count == 0 { return content }
      content += chunk.prefix(Int(count))
    }
  }

  private static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
