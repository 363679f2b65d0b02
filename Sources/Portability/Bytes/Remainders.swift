internal import Foundation
internal import Glibc

/// What exports that were interrupted left in a folder: files that hold people's data.
enum Remainders {
  /// Removes those that nobody will finish, and gives each one's path to `tell`. A file that another export still writes is locked, and stays.
  ///
  /// - Returns: the one for which `goesOn` says so: it stays too.
  static func clear(
    _ folder: String, with statement: PackageStatement?, but goesOn: (String) throws -> Bool, _ tell: (String) -> Void
  ) throws -> String? {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      throw PortabilityError.file(path: folder, act: "look into", errno: EACCES)
    }
    var kept: String?
    for name in names.sorted() where name.hasPrefix("teruggave-") && name.contains(".zip") && name.hasSuffix(OutputFile.ending) {
      let path = "\(folder)/\(name)"
      try whenNobodyWrites(path) {
        if try kept == nil && goesOn(path) {
          kept = path
          return
        }
        try statement?.withdraw(beside: path)
        try NoteFile.remove(path + Checkpoints.ending)
        try systemCall("remove", path) { unsafe unlink(path) }
        tell(path)
      }
    }
    return kept
  }

  /// Removes the statement about an unfinished file that is to get the name `path` now; the file itself is written over.
  static func clear(_ path: String, with statement: PackageStatement?) throws {
    try whenNobodyWrites(path + OutputFile.ending) { try statement?.withdraw(beside: path + OutputFile.ending) }
  }

  private static func whenNobodyWrites(_ path: String, _ body: () throws -> Void) throws {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    // Somebody else's, or none.
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return }
    try body()
  }
}
