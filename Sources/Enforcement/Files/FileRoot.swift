import Evidence
internal import Glibc
import Retention

/// A folder below which rows name files, held open. Every file is reached from it name by name and no link is ever followed, so that
/// nothing outside can be touched, whatever stands in a row and whatever is renamed meanwhile.
final class FileRoot {
  /// The name that the data map uses.
  let name: String
  /// The folder, as the inventory says and as it is without links: rows can have either before a file's name.
  let paths: [String]
  private let descriptor: Int32
  private let own: [[[UInt8]]]

  /// What is found under a name.
  enum Found: Hashable {
    /// A file, with how many names lead to it.
    case file(Identity, names: Int)
    case missing
    case refused(FileRefusal)
    /// It cannot be looked at, or could not be removed, for this reason of the system's.
    case unreachable(Int32)
  }

  /// What tells files apart, however they are called.
  struct Identity: Hashable {
    let device: UInt64
    let number: UInt64
  }

  /// Opens the folder. What is `own` (files and folders of databases and the node) is refused below it, and it cannot be one of them.
  init(_ name: String, at path: String, own: [String]) throws(EnforcementError) {
    let real = Self.real(path) ?? path
    let places = own.map { Self.real($0) ?? $0 }
    if places.contains(where: { real == $0 || real.hasPrefix(Self.beginning(in: $0)) }) {
      throw .fileRoot(name: name, path: path, problem: "it is where the node or a database has files of its own; name another folder")
    }
    descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .fileRoot(name: name, path: path, problem: Self.words(errno)) }
    self.name = name
    paths = [path, real]
    let beginning = Self.beginning(in: real)
    self.own = places.filter { $0.hasPrefix(beginning) }.map { mine in
      mine.utf8.dropFirst(beginning.utf8.count).split(separator: UInt8(ascii: "/")).map { Array($0) }
    }
  }

  deinit { close(descriptor) }

  /// Looks what is under a name, and whether it could be removed.
  func look(_ path: FilePath) -> Found {
    // A database has files beside it, as `data.db-wal`.
    if own.contains(where: { mine in path.components.starts(with: mine) || isBeside(path, mine) }) { return .refused(.own) }
    return within(path) { folder, name in
      let found = Self.status(name, in: folder)
      if case .file = found, unsafe faccessat(folder, ".", W_OK | X_OK, AT_EACCESS) != 0 { return .unreachable(errno) }
      return found
    }
  }

  /// Removes a file and says what is under its name afterwards: `missing`, when all went well. The folder is not yet on the disk.
  func remove(_ path: FilePath) -> Found {
    let found = look(path)
    guard case .file = found else { return found }
    return within(path) { folder, name in
      let result = unsafe unlinkat(folder, name, 0)
      if result != 0, errno != ENOENT { return .unreachable(errno) }
      return Self.status(name, in: folder)
    }
  }

  /// Waits until the names in the folder of a file are on the disk; gives the reason of the system's when that fails.
  func synchronizeFolder(of path: FilePath) -> Int32? {
    let result = within(path) { folder, _ in fsync(folder) == 0 ? .missing : .unreachable(errno) }
    if case .unreachable(let problem) = result { return problem }
    return nil
  }

  private func isBeside(_ path: FilePath, _ mine: [[UInt8]]) -> Bool {
    guard path.components.count == mine.count, path.components.dropLast() == mine.dropLast(), let name = path.components.last,
      let own = mine.last
    else { return false }
    return ["-wal", "-shm", "-journal"].contains { name == own + Array($0.utf8) }
  }

  /// Runs a body in the folder of a file, which is open only for that long.
  private func within(_ path: FilePath, _ body: (_ folder: Int32, _ name: String) -> Found) -> Found {
    var folder = descriptor
    defer { if folder != descriptor { close(folder) } }
    // What is UTF-8 goes to the system byte for byte.
    let names = path.components.map { String(decoding: $0, as: UTF8.self) }
    for name in names.dropLast() {
      let next = unsafe openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      guard next >= 0 else { return Self.obstacle(errno, name, folder) }
      if folder != descriptor { close(folder) }
      folder = next
    }
    return body(folder, names[names.count - 1])
  }

  /// What is in the way where there is no folder of this name.
  private static func obstacle(_ problem: Int32, _ name: String, _ folder: Int32) -> Found {
    switch problem {
    case ENOENT, ENAMETOOLONG: return .missing
    case ENOTDIR, ELOOP:
      // A link says the same as a file.
      if case .refused(.link) = status(name, in: folder) { return .refused(.link) }
      return .missing
    default: return .unreachable(problem)
    }
  }

  private static func status(_ name: String, in folder: Int32) -> Found {
    var status = stat()
    let result = unsafe fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW)
    guard result == 0 else {
      return [ENOENT, ENAMETOOLONG, ENOTDIR].contains(errno) ? .missing : .unreachable(errno)
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file(Identity(device: UInt64(status.st_dev), number: UInt64(status.st_ino)), names: Int(status.st_nlink))
    case S_IFLNK: return .refused(.link)
    case S_IFDIR: return .refused(.folder)
    default: return .refused(.special)
    }
  }

  private static func real(_ path: String) -> String? {
    guard let real = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
  }

  /// How the paths of all begin that is in a folder.
  private static func beginning(in folder: String) -> String { folder == "/" ? folder : folder + "/" }

  /// What is found below a root that is not there.
  static var notThere: Found { .unreachable(ENOENT) }

  /// The whole path of a file, by which it is told from others.
  func whole(_ path: FilePath) -> [UInt8] {
    Array((paths.last ?? "").utf8) + path.components.flatMap { [UInt8(ascii: "/")] + $0 }
  }

  /// The system's words for a reason of its own.
  static func words(_ problem: Int32) -> String { unsafe String(cString: strerror(problem)) }
}

extension FileRoot.Found {
  /// What a certificate says is in the way.
  var obstacle: Method.Obstacle {
    switch self {
    case .unreachable(EACCES), .unreachable(EPERM), .unreachable(EROFS): .rights
    case .unreachable(EBUSY), .unreachable(ETXTBSY), .file, .missing: .reader
    case .unreachable(ENOSPC), .unreachable(EDQUOT): .disk
    case .unreachable, .refused: .damage
    }
  }
}
