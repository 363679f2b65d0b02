import TestSupport
import Testing

@testable import Portability

/// What works behind a package: the second thread, and hashes that wait.
@Suite struct `Behind a package` {
  private struct Refused: Error {}

  @Test func `work is done in order, and after a failure no more of it`() throws {
    let conveyor = Conveyor()
    var done: [Int] = []
    for number in 0..<1_000 { try conveyor.add { done.append(number) } }
    try conveyor.settle()
    #expect(done == Array(0..<1_000))
    func fail() throws {
      for number in 0..<100_000 {
        try conveyor.add {
          if number == 10 { throw Refused() }
          done.append(number)
        }
      }
      try conveyor.settle()
    }
    #expect(throws: Refused.self) { try fail() }
    #expect(throws: Refused.self) { try conveyor.settle() }
    #expect(done.count == 1_010)
  }

  @Test(arguments: [0, 1, 1_023, 5_000]) func `hashes that are missing or repeated are counted`(count: Int) throws {
    var random = SeededRandom(seed: UInt64(count))
    let hashes = (0..<count).map { _ in UInt128(random.next()) << 64 | UInt128(random.next() % 1_000) }
    let (all, some) = (KeySpool(folder: "/tmp"), KeySpool(folder: "/tmp"))
    for hash in hashes { try all.append(hash) }
    for hash in hashes.dropFirst(count / 3) { try some.append(hash) }
    #expect(try all.missing(in: all) == 0)
    #expect(try some.missing(in: all) == 0)
    #expect(try all.missing(in: some) == count / 3)
    #expect(try all.repeated == 0)
    for hash in hashes.prefix(7) { try all.append(hash) }
    #expect(try all.repeated == min(7, count))
    // Hashes of another table do not count for this one.
    #expect(try all.count == count + min(7, count) && KeySpool(folder: "/tmp").missing(in: all) == 0)
  }
}
