import Foundation
import Retention
import TestSupport
import Testing

@testable import Enforcement

/// Files are removed below their root and nowhere else, whatever stands in a row.
@Suite struct `A root of files` {
  /// A folder with a root, and beside it what must never be touched.
  private func withFolders(_ body: (_ root: String, _ outside: String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.path + "/wis-root-" + UUID().uuidString
    let (root, outside) = (folder + "/root", folder + "/outside")
    for path in [root + "/a/b", outside + "/a"] { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: folder) } }
    try body(root, outside)
  }

  private func write(_ paths: String...) throws {
    for path in paths { try Data("x".utf8).write(to: URL(fileURLWithPath: path)) }
  }

  private func link(_ path: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
  }

  private func look(_ name: String, _ root: FileRoot) -> FileRoot.Found {
    do throws(FileRefusal) { return root.look(try FilePath(name.utf8, below: root.paths)) } catch { return .refused(error) }
  }

  private func remove(_ name: String, _ root: FileRoot) -> FileRoot.Found {
    do throws(FileRefusal) { return root.remove(try FilePath(name.utf8, below: root.paths)) } catch { return .refused(error) }
  }

  @Test func `removes a file, and says what else it finds`() throws {
    try withFolders { path, outside in
      try write(path + "/a/one", path + "/data.db", path + "/data.db-wal", outside + "/two")
      try link(path + "/inside", to: "a/one")
      try link(path + "/far", to: outside + "/two")
      try link(path + "/away", to: outside)
      try link(path + "/dangling", to: "nowhere")
      #expect(try Program.mkfifo(path + "/pipe") == 0)
      try FileManager.default.linkItem(atPath: outside + "/two", toPath: path + "/hard")
      let root = try FileRoot("files", at: path, own: [path + "/data.db"])
      for name in ["inside", "far", "dangling", "away/two", "away/nothing"] {
        #expect(remove(name, root) == .refused(.link), "\(name)")
      }
      #expect(remove("a", root) == .refused(.folder))
      #expect(remove("pipe", root) == .refused(.special))
      for name in ["data.db", "data.db-wal", "a/../data.db"] { #expect(remove(name, root) == .refused(.own)) }
      for name in ["none", "a/one/below", "no/such/folder", String(repeating: "n", count: 300)] {
        #expect(remove(name, root) == .missing, "\(name)")
      }
      let hard = look("hard", root)
      if case .file(_, names: 2) = hard {} else { Issue.record("\(hard)") }
      #expect(remove("hard", root) == .missing)
      #expect(remove("a/one", root) == .missing)
      #expect(!FileManager.default.fileExists(atPath: path + "/a/one"))
      #expect(FileManager.default.fileExists(atPath: outside + "/two"))
    }
  }

  @Test func `may itself be reached through a link, and rows may use either name`() throws {
    try withFolders { path, outside in
      try write(path + "/a/one", path + "/a/two")
      try link(outside + "/root", to: path)
      let root = try FileRoot("files", at: outside + "/root", own: [])
      #expect(remove(outside + "/root/a/one", root) == .missing)
      #expect(remove(path + "/a/two", root) == .missing)
      #expect(try FileManager.default.contentsOfDirectory(atPath: path + "/a") == ["b"])
    }
  }

  @Test func `cannot be where the node or a database has its own files`() throws {
    try withFolders { path, outside in
      try link(outside + "/root", to: path)
      for (root, own) in [(path, path), (path + "/a/b", path), (outside + "/root", path), (path, outside + "/root"), (path + "/a", "/")] {
        #expect(throws: EnforcementError.self) { _ = try FileRoot("files", at: root, own: [own]) }
      }
      // A name that only begins alike is another folder; a place that does not exist yet is kept out of the root as it is written.
      try write(path + "/a/one")
      let root = try FileRoot("files", at: path + "/a", own: [path + "/a-other", path + "/a/later"])
      try write(path + "/a/later")
      #expect(remove("later", root) == .refused(.own) && remove("one", root) == .missing)
    }
  }

  @Test func `must be a folder`() throws {
    try withFolders { path, _ in
      try write(path + "/file")
      for wrong in [path + "/none", path + "/file"] {
        #expect(throws: EnforcementError.self) { _ = try FileRoot("files", at: wrong, own: []) }
      }
    }
  }

  @Test(arguments: 0..<8) func `touches nothing outside for thousands of hostile names`(seed: Int) throws {
    try withFolders { path, outside in
      var random = SeededRandom(seed: UInt64(seed + 1))
      try link(path + "/a/up", to: "../..")
      try link(path + "/out", to: outside)
      try link(path + "/self", to: ".")
      try write(outside + "/a/x", outside + "/x")
      let root = try FileRoot("files", at: path, own: [])
      let pieces = ["..", ".", "", "a", "b", "up", "out", "self", "outside", "root", "x", outside, path]
      for _ in 0..<500 {
        try write(path + "/x", path + "/a/x", path + "/a/b/x")
        let names = (0..<Int.random(in: 1...7, using: &random)).compactMap { _ in pieces.randomElement(using: &random) }
        let name = names.joined(separator: "/")
        let found = look(name, root)
        let after = remove(name, root)
        if case .file = found { #expect(after == .missing, "\(name)") } else { #expect(after == found, "\(name)") }
        let gone = [path + "/x", path + "/a/x", path + "/a/b/x"].filter { !FileManager.default.fileExists(atPath: $0) }
        if case .file = found { #expect(gone.count == 1, "\(name)") } else { #expect(gone.isEmpty, "\(name)") }
      }
      #expect(try Set(FileManager.default.subpathsOfDirectory(atPath: outside)) == ["a", "a/x", "x"])
    }
  }
}

/// What Foundation has no words for.
private enum Program {
  static func mkfifo(_ path: String) throws -> Int32 {
    let process = try Process.run(URL(fileURLWithPath: "/usr/bin/mkfifo"), arguments: [path])
    process.waitUntilExit()
    return process.terminationStatus
  }
}
