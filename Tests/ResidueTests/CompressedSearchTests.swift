import Residue
import TestSupport
import Testing

/// Values as PostgreSQL compresses them, made by hand; those that a server made are looked for in the tests of the engines.
@Suite struct `Compressed values in a PostgreSQL page` {
  private static let secret = Array("zwaardvis-kapstok@planted.example".utf8)

  /// A value with its length and how it was compressed: 0 by the server's own method, 1 as LZ4.
  private static func value(_ bytes: [UInt8], size: Int, method: UInt32) -> [UInt8] {
    func word(_ number: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
    return word(UInt32(bytes.count + 8) << 2 | 2) + word(UInt32(size) | method << 30) + bytes
  }

  private static func hits(in page: [UInt8]) -> [Int] {
    var search = CompressedSearch<Int>(Scanner([Pattern(secret)]), pageSize: 8192)
    var found: [Int] = []
    search.add(page: page, hasChunks: true, place: { $0 }) { found.append($1) }
    search.finish(place: -1) { found.append($1) }
    return found
  }

  /// All bytes as they are, then ten of them once more.
  private static var pglz: [UInt8] {
    var bytes: [UInt8] = []
    for start in stride(from: 0, to: secret.count, by: 8) {
      let part = secret[start..<min(secret.count, start + 8)]
      bytes += [part.count < 8 ? 1 << UInt8(part.count) : 0] + part
    }
    // Ten bytes, from as far back as the whole is long.
    return value(bytes + [7, UInt8(secret.count)], size: secret.count + 10, method: 0)
  }

  private static var lz4: [UInt8] {
    let distance: [UInt8] = [UInt8(secret.count), 0]
    return value([0xF6, UInt8(secret.count - 15)] + secret + distance + [0], size: secret.count + 10, method: 1)
  }

  @Test(arguments: [pglz, lz4])
  func `are looked into where they end as they say, and nowhere else`(value: [UInt8]) {
    var page = [UInt8](repeating: 0xAA, count: 8192)
    page.replaceSubrange(400..<400 + value.count, with: value)
    #expect(Self.hits(in: page) == [400])
    // One byte less, and what is made is shorter than it says.
    page[400] -= 4
    #expect(Self.hits(in: page).isEmpty)
  }

  @Test func `are looked into in the log wherever they begin`() {
    for piece in [5000, 40_000, 100_000] {
      var search = CompressedSearch<Int>(Scanner([Pattern(Self.secret)]), pageSize: 8192)
      var log: [UInt8] = []
      for number in 0..<20 { log += [UInt8](repeating: 1, count: 4001 + number) + Self.pglz }
      var found = 0
      for start in stride(from: 0, to: log.count, by: piece) {
        search.add(log: Array(log[start..<min(log.count, start + piece)]), place: 0) { _, _ in found += 1 }
      }
      search.finish(place: 0) { _, _ in found += 1 }
      #expect(found == 20, "\(piece)")
    }
  }

  @Test(arguments: 0..<50)
  func `are none among bytes of any kind, which do no harm either`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var page = (0..<8192).map { _ in UInt8.random(in: 0...255, using: &random) & UInt8(seed % 2 == 0 ? 0xFF : 0x0F) }
    for start in stride(from: 0, to: 8000, by: 104) {
      var value = Bool.random(using: &random) ? Self.pglz : Self.lz4
      // The length stays, so that it is decompressed.
      for _ in 0..<3 { value[Int.random(in: 4..<value.count, using: &random)] ^= UInt8.random(in: 1...255, using: &random) }
      page.replaceSubrange(start..<start + value.count, with: value)
      // A row's header makes a chunk of it.
      if Bool.random(using: &random) { page.replaceSubrange(start + 18..<start + 23, with: [3, 0, 0, 8, 24]) }
    }
    #expect(Self.hits(in: page).allSatisfy { [0, 18].contains($0 % 104) })
  }
}
