import Residue
import TestSupport
import Testing

@Suite struct `The scanner` {
  /// What a search finds that compares everything with everything. Of long patterns the scanner compares a part, so they are kept short.
  private func naive(_ patterns: [Pattern], in text: [UInt8]) -> Set<Hit.Place> {
    var found: Set<Hit.Place> = []
    for (number, pattern) in patterns.enumerated() where pattern.bytes.count <= text.count {
      for start in 0...(text.count - pattern.bytes.count) where Array(text[start..<start + pattern.bytes.count]) == pattern.bytes {
        func isDigit(_ position: Int) -> Bool { text.indices.contains(position) && (0x30...0x39).contains(text[position]) }
        if pattern.isWholeNumber, isDigit(start - 1) || isDigit(start + pattern.bytes.count) { continue }
        found.insert(Hit.Place(number, start))
      }
    }
    return found
  }

  /// A text of few different bytes, so that much almost fits, with patterns cut out of it and some that are in it by chance at most.
  private func sample(_ random: inout SeededRandom) -> (text: [UInt8], patterns: [Pattern]) {
    let letters = Array("01ab".utf8.prefix(Int.random(in: 2...4, using: &random)))
    let text = (0..<Int.random(in: 0...900, using: &random)).map { _ in letters.randomElement(using: &random) ?? 0 }
    var patterns: [Pattern] = []
    // The shortest decides how far apart the positions are that the scanner looks at.
    let shortest = Int.random(in: Pattern.shortest...20, using: &random)
    for _ in 0..<Int.random(in: 0...40, using: &random) {
      let length = Int.random(in: shortest...Pattern.longest, using: &random)
      let isWhole = Bool.random(using: &random)
      if length <= text.count, Int.random(in: 0..<3, using: &random) > 0 {
        let start = Int.random(in: 0...(text.count - length), using: &random)
        patterns.append(Pattern(Array(text[start..<start + length]), isWholeNumber: isWhole))
      } else {
        patterns.append(Pattern((0..<length).map { _ in letters.randomElement(using: &random) ?? 0 }, isWholeNumber: isWhole))
      }
    }
    return (text, patterns)
  }

  @Test(arguments: 1...300)
  func `finds what a naive search finds, each place once`(seed: Int) {
    var random = SeededRandom(seed: UInt64(seed))
    let (text, patterns) = sample(&random)
    var frequencies = PairFrequencies()
    if Bool.random(using: &random) { frequencies.add(text) }
    let hits = Scanner(patterns, in: frequencies).hits(in: text).map(Hit.Place.init)
    #expect(hits.count == Set(hits).count)
    #expect(Set(hits) == naive(patterns, in: text))
  }

  @Test(arguments: 1...100)
  func `finds the same in pieces`(seed: Int) {
    var random = SeededRandom(seed: UInt64(seed) + 1000)
    let (text, patterns) = sample(&random)
    let scanner = Scanner(patterns)
    var scan = StreamScan(scanner)
    var hits: [Hit] = []
    var rest = text[...]
    while !rest.isEmpty {
      let piece = rest.prefix(Int.random(in: 1...200, using: &random))
      scan.add(piece) { hits.append($0) }
      rest = rest.dropFirst(piece.count)
    }
    scan.finish { hits.append($0) }
    #expect(scan.count == text.count)
    #expect(
      hits.sorted { ($0.position, $0.pattern) < ($1.position, $1.pattern) }
        == scanner.hits(in: text).sorted { ($0.position, $0.pattern) < ($1.position, $1.pattern) })
  }

  @Test func `finds a long pattern by the part around its rarest window`() {
    let long = Pattern(
      Array("de heer en mevrouw wonen in de Kerkstraat ".utf8) + Array(0x80...0x9F) + Array(" wonen in de Kerkstraat te Amsterdam".utf8))
    var frequencies = PairFrequencies()
    frequencies.add(Array("de heer en mevrouw wonen in de Kerkstraat te Amsterdam".utf8))
    let scanner = Scanner([long], in: frequencies)
    #expect(scanner.hits(in: [1, 2, 3] + long.bytes + [4]).count == 1)
    // What remains when the beginning was overwritten.
    #expect(scanner.hits(in: Array(long.bytes.dropFirst(8))).count == 1)
    #expect(scanner.hits(in: Array(long.bytes.dropFirst(40))).isEmpty)
  }

  @Test func `takes a short number only between other characters than digits`() {
    let scanner = Scanner([Pattern(Array("123456782".utf8), isWholeNumber: true)])
    #expect(scanner.hits(in: Array("x123456782y".utf8)).count == 1)
    #expect(scanner.hits(in: Array("123456782".utf8)).count == 1)
    #expect(scanner.hits(in: Array("9123456782".utf8)).isEmpty)
    #expect(scanner.hits(in: Array("1234567820".utf8)).isEmpty)
  }

  @Test func `looks for nothing when there is nothing to look for`() {
    #expect(Scanner([]).hits(in: Array(repeating: 0, count: 5000)).isEmpty)
  }
}

extension Hit {
  /// A hit that can be compared with one found otherwise.
  fileprivate struct Place: Hashable {
    let pattern: Int
    let position: Int

    init(_ pattern: Int, _ position: Int) { (self.pattern, self.position) = (pattern, position) }
    init(_ hit: Hit) { self.init(hit.pattern, hit.position) }
  }
}
