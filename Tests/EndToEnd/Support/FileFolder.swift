import Foundation

/// A folder with files that rows name.
struct FileFolder {
  let root: String

  /// Makes the folder, if it is not there.
  init(_ root: String) throws {
    self.root = root
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
  }

  func write(_ names: String...) throws {
    for name in names {
      let url = URL(fileURLWithPath: "\(root)/\(name)")
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data("content of \(name)".utf8).write(to: url)
    }
  }

  func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: "\(root)/\(name)", withDestinationPath: target)
  }

  /// The files that are there, by their names below the root.
  var all: Set<String> {
    get throws {
      try Set(
        FileManager.default.subpathsOfDirectory(atPath: root).filter {
          try FileManager.default.attributesOfItem(atPath: "\(root)/\($0)")[.type] as? FileAttributeType != .typeDirectory
        })
    }
  }
}
