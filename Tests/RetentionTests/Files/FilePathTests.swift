import Retention
import TestSupport
import Testing

@Suite struct `The place of a file that a row names` {
  private func place(_ name: String, _ roots: [String] = ["/srv/docs", "/data/docs"]) -> String {
    do throws(FileRefusal) {
      return try FilePath(name.utf8, below: roots).components.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "/")
    } catch {
      return "<\(error.rawValue)>"
    }
  }

  @Test func `is below its root`() {
    #expect(place("a.pdf") == "a.pdf")
    #expect(place("./2024//a b.pdf") == "2024/a b.pdf")
    #expect(place("2023/../2024/a.pdf") == "2024/a.pdf")
    #expect(place("/srv/docs/2024/a.pdf") == "2024/a.pdf")
    #expect(place("/data//docs/./a.pdf") == "a.pdf")
    #expect(place("/srv/other/../docs/a.pdf") == "a.pdf")
    #expect(place("c:\\docs\\a.pdf") == "c:\\docs\\a.pdf")
    #expect(place("…/a.pdf") == "…/a.pdf")
    #expect(place("/etc/passwd", ["/"]) == "etc/passwd")
  }

  @Test func `is refused when it leads elsewhere`() {
    for name in ["../a", "a/../../b", "/etc/passwd", "/srv/docs2/a", "/srv/docs/../a", "/srv", "/../srv/docs/a", "..", "../docs/a"] {
      #expect(place(name) == "<outside>", "\(name)")
    }
    for name in ["", ".", "./", "a/..", "a/", "a/.", "/srv/docs", "/srv/docs/", "/srv/docs/a/", "b/.."] {
      #expect(place(name) == "<folder>", "\(name)")
    }
    for name in ["a\0b", "https://example.org/a.pdf", "s3://bucket/a", "file:///srv/docs/a", "\u{FFFD}"] {
      #expect(place(name) == "<not-a-path>", "\(name)")
    }
    #expect(throws: FileRefusal.notAPath) { try FilePath([0x61, 0xFF], below: []) }
  }

  @Test func `tells names apart that are one text to Unicode`() throws {
    let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")
    #expect(composed == decomposed)
    let places = try [composed, decomposed].map { try FilePath($0.utf8, below: []) }
    #expect(places[0] != places[1])
  }

  /// Pieces that hostile names are made of.
  private static let pieces = [
    "..", ".", "", "a", "b", "srv", "docs", "...", "..a", "é", "e\u{301}", "\0", "\\", " ", "%2e%2e", "~", "https:", "-rf", "a:b",
  ]

  @Test(arguments: 0..<20) func `never leads out, whatever a row says`(seed: Int) {
    var random = SeededRandom(seed: UInt64(seed + 1))
    for _ in 0..<500 {
      let names = (0..<Int.random(in: 1...8, using: &random)).compactMap { _ in Self.pieces.randomElement(using: &random) }
      let name = (Bool.random(using: &random) ? "/" : "") + names.joined(separator: "/")
      guard let found = try? FilePath(name.utf8, below: ["/srv/docs"]).components else { continue }
      let texts = found.map { String(decoding: $0, as: UTF8.self) }
      #expect(texts.allSatisfy { !["", ".", ".."].contains($0) && !$0.utf8.contains(0) && !$0.utf8.contains(0x2F) }, "\(name)")
      // What is below the root is found under its whole path as well.
      let whole = try? FilePath("/srv/docs/\(texts.joined(separator: "/"))".utf8, below: ["/srv/docs"])
      #expect(whole?.components == found, "\(name)")
      // Counted by hand, the way never goes above its start.
      var depth = 0
      for part in name.utf8.split(separator: 0x2F) {
        depth += part.elementsEqual("..".utf8) ? -1 : part.elementsEqual(".".utf8) ? 0 : 1
        #expect(depth >= 0, "\(name)")
      }
      #expect(depth == found.count + (name.hasPrefix("/") ? 2 : 0), "\(name)")
    }
  }
}
