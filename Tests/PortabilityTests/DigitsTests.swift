import TestSupport
import Testing

@testable import Portability

/// Numbers as they stand in a package.
@Suite struct `A number in a package` {
  private func text(_ number: Double) -> String {
    var line = LineBuffer(capacity: 0)
    line.append(real: number)
    return String(decoding: line.bytes, as: UTF8.self)
  }

  @Test(arguments: UInt64(0)..<20) func `is the shortest text that reads back to the same bits`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for _ in 0..<5_000 {
      let whole = Double(Int64.random(in: -1_000_000_000...1_000_000_000, using: &random))
      for number in [
        Double(bitPattern: random.next()), whole, whole / 10, whole / 100, whole / 1000, whole / 10_000, whole / 100_000,
        whole * 1e7 / 100, (whole / 100).nextUp, (whole / 100).nextDown,
      ] where number.isFinite {
        #expect(text(number) == number.description)
      }
    }
  }

  @Test func `has a form at the edges as well`() {
    let edges: [Double] = [
      0, -0.0, 1, -1, 0.1 + 0.2, 0.01, 0.0001, 0.00001, 1e15, 1e16, 1e17, 9_999_999_999_999.99, 99_999_999_999_999.9,
      .leastNonzeroMagnitude,
      .greatestFiniteMagnitude, .leastNormalMagnitude, 123_456_789_012_345_680, 4.35, 2.675, 1.005, 8_388_608.5,
    ]
    for number in edges { #expect(text(number) == number.description) }
    #expect(text(.infinity) == "INF" && text(-.infinity) == "-INF" && text(.nan) == "NaN")
  }

  @Test func `that is whole is its digits`() {
    var random = SeededRandom(seed: 1)
    let edges: [Int64] = [0, 1, -1, 9, 10, 99, 100, 101, 999, 1_000, 10_000_000_000, .min, .max, .min + 1]
    for number in edges + (0..<2_000).map({ Int64(bitPattern: random.next()) >> Int64($0 % 64) }) {
      var line = LineBuffer(capacity: 0)
      line.append(decimal: number)
      #expect(String(decoding: line.bytes, as: UTF8.self) == String(number))
    }
  }
}
