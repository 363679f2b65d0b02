/// What is looked for after an erasure: the erased values in the forms that a database may have left them in.
public struct Probes: Sendable {
  /// The patterns, none twice.
  public let patterns: [Pattern]
  /// How many of the rows have at least one pattern.
  public let rowsCovered: Int
  /// How many rows they were made of.
  public let rows: Int

  /// Makes patterns of captured rows.
  ///
  /// A value is only looked for when finding it means something: when it holds at least log2(bytes × patterns) + 7 bits, so
  /// that less than one search in a hundred finds it by chance. A number too short for that counts only between other
  /// characters than digits. Names are too short on their own; they are found where the row's values stand together.
  ///
  /// - Parameters:
  ///   - forms: the forms of a row; each gives the bytes as they may stand in a file.
  ///   - size: the number of bytes that will be searched.
  public init(of rows: ErasedRows, searching size: Int, forms: (ErasedRow) -> [Form]) {
    self.rows = rows.rows.count
    let all = rows.rows.map(forms)
    let count = all.reduce(0) { $0 + $1.count }
    let needed = Self.logarithm(size) + Self.logarithm(count) + 7
    var known: Set<Pattern> = []
    var patterns: [Pattern] = []
    var covered = 0
    for forms in all {
      var isCovered = false
      for form in forms {
        guard let pattern = form.pattern(needing: needed) else { continue }
        isCovered = true
        if known.insert(pattern).inserted { patterns.append(pattern) }
      }
      if isCovered { covered += 1 }
    }
    self.patterns = patterns
    rowsCovered = covered
  }

  /// Patterns that a person gave, one value in a line.
  public init(values: [[UInt8]], searching size: Int, forms: ([UInt8]) -> [[UInt8]]) {
    var rows = ErasedRows()
    for value in values { rows.append(ErasedRow([.text(value)])) }
    self.init(of: rows, searching: size) { row in
      row.columns.flatMap { value in if case .text(let text) = value { forms(text).map { Form($0, of: text) } } else { [Form]() } }
    }
  }

  private static func logarithm(_ number: Int) -> Double { Double(Int.bitWidth - max(1, number).leadingZeroBitCount) }
}

/// A value as it may stand in a file.
public struct Form: Sendable {
  let bytes: [UInt8]
  let bits: Double
  let isNumber: Bool

  /// The bytes of a form. What they tell is judged by the text that they stand for, not by the encoding of it.
  public init(_ bytes: [UInt8], of text: [UInt8]? = nil) {
    self.bytes = bytes
    let plain = text ?? bytes
    bits = Self.bits(of: plain)
    isNumber = !plain.isEmpty && plain.allSatisfy { (0x30...0x39).contains($0) } && plain.count == bytes.count
  }

  func pattern(needing needed: Double) -> Pattern? {
    guard bytes.count >= Pattern.shortest else { return nil }
    if bits >= needed { return Pattern(bytes) }
    return isNumber && bits >= Self.bitsOfShortNumber ? Pattern(bytes, isWholeNumber: true) : nil
  }

  /// A number of eight digits, as a BSN with its zero left out.
  private static let bitsOfShortNumber = 8 * 3.3

  /// How much a text tells, carefully: ten digits are alike, letters follow each other as words do, repetition tells little.
  static func bits(of bytes: [UInt8]) -> Double {
    var bits = 0.0
    var previous: UInt8?
    for byte in bytes {
      switch byte {
      case previous: bits += 0.3
      case 0x30...0x39: bits += 3.3
      case 0x41...0x5A, 0x61...0x7A: bits += 2
      case 0x80...: bits += 2
      default: bits += 1
      }
      previous = byte
    }
    return bits
  }
}
