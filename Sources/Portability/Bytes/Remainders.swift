internal import Foundation
internal import Glibc

/// What exports that were interrupted left in a folder: files that hold people's data.
enum Remainders {
  /// Removes those that nobody will finish, and gives each one's path to `tell`. A file that another export still writes is locked, and stays.
  ///
  /// - Returns: the one for which `goesOn` says so: it stays too.
  static func clear(_ folder: String, but goesOn: (String) throws -> Bool, _ tell: (String) -> Void) throws -> String? {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      throw PortabilityError.file(path: folder, act: "look into", errno: EACCES)
    }
    var kept: String?
    for name in names.sorted() where name.hasPrefix("teruggave-") && name.contains(".zip") && name.hasSuffix(OutputFile.ending) {
      let path = "\(folder)/\(name)"
      let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
      // Somebody else's, or gone meanwhile.
      guard descriptor >= 0 else { continue }
      defer { close(descriptor) }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { continue }
      if try kept == nil && goesOn(path) {
        kept = path
        continue
      }
      try NoteFile.remove(path + Checkpoints.ending)
      try systemCall("remove", path) { unsafe unlink(path) }
      tell(path)
    }
    return kept
  }
}
