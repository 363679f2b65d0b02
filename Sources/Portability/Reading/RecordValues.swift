/// The values of a record of CSV, without their quotes, in buffers that the next record uses again.
struct RecordValues {
  /// The bytes of all values; what lies between and behind them means nothing.
  private(set) var bytes: [UInt8] = []
  /// Where each value is; nil is NULL: the marker without quotes.
  private(set) var ranges: [Range<Int>?] = []

  /// How many values there are.
  var count: Int { ranges.count }

  /// A value; nil is NULL.
  subscript(index: Int) -> ArraySlice<UInt8>? { ranges[index].map { bytes[$0] } }

  /// Takes a record apart; false when it is none.
  ///
  /// - Parameter hasQuotes: whether a quote is in it.
  mutating func read(_ record: Span<UInt8>, hasQuotes: Bool, null marker: [UInt8]?) -> Bool {
    ranges.removeAll(keepingCapacity: true)
    bytes.replace(with: record)
    if hasQuotes { return unquote(record.count, marker) }
    var start = 0
    while true {
      let end = ByteSearch.comma(in: bytes, from: start, to: record.count)
      append(start..<end, marker)
      if end == record.count { return true }
      start = end + 1
    }
  }

  private mutating func append(_ range: Range<Int>, _ marker: [UInt8]?) {
    guard let marker, range.count == marker.count else { return ranges.append(range) }
    for (place, byte) in marker.enumerated() where bytes[range.lowerBound + place] != byte { return ranges.append(range) }
    ranges.append(nil)
  }

  /// Takes a record with quotes apart, each value moved to where its quotes are not.
  private mutating func unquote(_ end: Int, _ marker: [UInt8]?) -> Bool {
    let (quote, comma) = (UInt8(ascii: "\""), UInt8(ascii: ","))
    var index = 0
    while true {
      let start = index
      if index < end, bytes[index] == quote {
        index += 1
        var filled = start
        while true {
          guard index < end else { return false }
          if bytes[index] == quote {
            index += 1
            if index == end || bytes[index] != quote { break }
          }
          bytes[filled] = bytes[index]
          filled += 1
          index += 1
        }
        ranges.append(start..<filled)
      } else {
        while index < end, bytes[index] != comma {
          if bytes[index] == quote { return false }
          index += 1
        }
        append(start..<index, marker)
      }
      if index == end { return true }
      guard bytes[index] == comma else { return false }
      index += 1
    }
  }
}
