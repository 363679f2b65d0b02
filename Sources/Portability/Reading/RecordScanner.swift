/// Cuts CSV into records, whatever pieces it comes in: a line feed between quotes belongs to a value.
struct RecordScanner {
  private var pending: [UInt8] = []
  private var isQuoted = false

  private static let quote = UInt8(ascii: "\"")
  private static let lineFeed = UInt8(ascii: "\n")

  /// Calls `body` with every record that is complete, without its line feed.
  mutating func scan(_ bytes: [UInt8], _ body: (ArraySlice<UInt8>) throws -> Void) rethrows {
    var start = 0
    var index = 0
    while let place = ByteSearch.first(Self.quote, or: isQuoted ? Self.quote : Self.lineFeed, in: bytes, from: index) {
      index = place + 1
      if bytes[place] == Self.quote {
        isQuoted.toggle()
        continue
      }
      if pending.isEmpty {
        try body(bytes[start..<place])
      } else {
        pending += bytes[start..<place]
        try body(pending[...])
        pending.removeAll(keepingCapacity: true)
      }
      start = index
    }
    pending += bytes[start...]
  }

  /// Whether everything that came ended with a record.
  var isComplete: Bool { pending.isEmpty && !isQuoted }
}
