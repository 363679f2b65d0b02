internal import Foundation
internal import Glibc

/// What exports that were interrupted left in a folder: files that hold people's data, and that nobody will finish.
enum Remainders {
  /// Removes them, and gives each one's path to `tell`. A file that another export still writes is locked, and stays.
  static func remove(from folder: String, _ tell: (String) -> Void) throws(PortabilityError) {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      throw .file(path: folder, act: "look into", errno: EACCES)
    }
    for name in names.sorted() where name.hasPrefix("teruggave-") && name.contains(".zip") && name.hasSuffix(".partial") {
      let path = "\(folder)/\(name)"
      let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
      // Somebody else's, or gone meanwhile.
      guard descriptor >= 0 else { continue }
      defer { close(descriptor) }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { continue }
      try systemCall("remove", path) { unsafe unlink(path) }
      tell(path)
    }
  }
}
