import Evidence
import Foundation
import Testing

@Suite struct DurableFileTests {
  @Test func `a file is replaced whole and nothing is left beside it`() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a"
      try DurableFile.write([1, 2, 3], to: path)
      try DurableFile.write([4], to: path, mode: 0o600)
      #expect(try DurableFile.read(path) == [4])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a"])
      #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    }
  }

  @Test func `creating refuses to replace`() throws {
    try withTemporaryFolder { folder in
      try DurableFile.create([1], at: "\(folder)/a")
      #expect(throws: EvidenceError.file(path: "\(folder)/a", act: "create", errno: EEXIST)) {
        try DurableFile.create([2], at: "\(folder)/a")
      }
      #expect(try DurableFile.read("\(folder)/a") == [1])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a"])
    }
  }

  @Test func `a write that cannot finish leaves the old content and no rubbish`() throws {
    try withTemporaryFolder { folder in
      try DurableFile.makeFolder("\(folder)/target/inside")
      #expect(throws: EvidenceError.self) { try DurableFile.write([1], to: "\(folder)/target") }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["target"])
      #expect(throws: EvidenceError.file(path: "\(folder)/none/a", act: "open", errno: ENOENT)) { try DurableFile.read("\(folder)/none/a") }
      #expect(try DurableFile.readIfPresent("\(folder)/none") == nil)
    }
  }

  @Test func `a folder that takes no files is told`() throws {
    #expect(throws: EvidenceError.self) { try DurableFile.write([1], to: "/proc/self/none") }
  }

  @Test func `large content is written and read whole`() throws {
    try withTemporaryFolder { folder in
      let content = [UInt8](repeating: 7, count: 3_000_001)
      try DurableFile.write(content, to: "\(folder)/a")
      #expect(try DurableFile.read("\(folder)/a") == content)
    }
  }
}
