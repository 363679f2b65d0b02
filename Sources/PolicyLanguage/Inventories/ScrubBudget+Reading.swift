import Retention

extension Value {
  /// What an erasure beyond `logical` may cost.
  func scrubBudget() -> ScrubBudget? {
    guard let block = Block(self, "a budget, as {time: PT10M, disk: 2GiB}", keys: ["time", "disk"]) else { return nil }
    guard !block.isEmpty else {
      return refused("nothing is limited; write {time: PT10M, disk: 2GiB}, one of the two, or leave 'scrub' out")
    }
    let seconds = block.optional("time")?.converted("a time in hours, minutes and seconds, as PT10M", Self.seconds)
    let bytes = block.optional("disk")?.converted("an amount of disk in MiB, GiB or TiB, as 2GiB", Self.bytes)
    return ScrubBudget(seconds: seconds, bytes: bytes)
  }

  private static func seconds(_ text: String) -> Int? {
    guard case .elapsed(let seconds) = Term(text), seconds > 0 else { return nil }
    return seconds
  }

  private static func bytes(_ text: String) -> Int? {
    for (unit, shift) in [("MiB", 20), ("GiB", 30), ("TiB", 40)] where text.hasSuffix(unit) {
      let digits = text.dropLast(3)
      guard digits.first != "0", digits.count <= 6, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
      return Int(digits).map { $0 << shift }
    }
    return nil
  }
}
