/// Cuts CSV into records, whatever pieces it comes in: a line feed between quotes belongs to a value.
struct RecordScanner {
  private var pending: [UInt8] = []
  private var isQuoted = false
  /// Whether a quote stood in the record that is being looked for the end of.
  private var hasQuotes = false

  private static let quote = UInt8(ascii: "\"")
  private static let lineFeed = UInt8(ascii: "\n")

  /// Calls `body` with every record that is complete, without its line feed, and whether a quote is in it.
  mutating func scan(_ bytes: [UInt8], _ body: (Span<UInt8>, Bool) throws -> Void) rethrows {
    var start = 0
    var index = 0
    while let place = ByteSearch.first(Self.quote, or: isQuoted ? Self.quote : Self.lineFeed, in: bytes, from: index) {
      index = place + 1
      if bytes[place] == Self.quote {
        isQuoted.toggle()
        hasQuotes = true
        continue
      }
      if pending.isEmpty {
        try body(bytes.span.extracting(start..<place), hasQuotes)
      } else {
        pending += bytes[start..<place]
        try body(pending.span, hasQuotes)
        pending.removeAll(keepingCapacity: true)
      }
      hasQuotes = false
      start = index
    }
    pending += bytes[start...]
  }

  /// Whether everything that came ended with a record.
  var isComplete: Bool { pending.isEmpty && !isQuoted }
}
