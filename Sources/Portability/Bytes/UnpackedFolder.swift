internal import Foundation
internal import Glibc

/// The folder of a package that somebody unpacked.
struct UnpackedFolder {
  private let path: String

  init(_ path: String) { self.path = path }

  /// Calls `begin` with the name of each file, the folder's own name before it, which answers where its bytes go. Only regular
  /// files can have come out of a package.
  func forEachFile(_ begin: (String) throws -> ([UInt8]) throws -> Void) throws {
    let top = lastPart(of: path)
    guard let enumerator = FileManager.default.enumerator(atPath: path) else {
      throw PortabilityError.file(path: path, act: "list", errno: ENOENT)
    }
    var names: [String] = []
    for case let name as String in enumerator { names.append(name) }
    for name in names.sorted() {
      let path = "\(path)/\(name)"
      var status = stat()
      guard unsafe lstat(path, &status) == 0 else { throw PortabilityError.file(path: path, act: "look at", errno: errno) }
      if status.st_mode & S_IFMT == S_IFDIR { continue }
      guard status.st_mode & S_IFMT == S_IFREG else {
        throw PortabilityError.damaged(path: path, problem: "it is no regular file, as all of a package are")
      }
      let write = try begin("\(top)/\(name)")
      let file = try InputFile(path: path)
      while true {
        let bytes = try file.read()
        if bytes.isEmpty { break }
        try write(bytes)
      }
    }
  }
}
