/// Cuts CSV into records, whatever pieces it comes in: a line feed between quotes belongs to a value.
struct RecordScanner {
  private var pending: [UInt8] = []
  private var isQuoted = false

  /// Calls `body` with every record that is complete, without its line feed.
  mutating func scan(_ bytes: [UInt8], _ body: (ArraySlice<UInt8>) throws -> Void) rethrows {
    var start = 0
    for (index, byte) in bytes.enumerated() {
      if byte == 0x22 { isQuoted.toggle() }
      guard byte == 0x0A, !isQuoted else { continue }
      if pending.isEmpty {
        try body(bytes[start..<index])
      } else {
        pending += bytes[start..<index]
        try body(pending[...])
        pending.removeAll(keepingCapacity: true)
      }
      start = index + 1
    }
    pending += bytes[start...]
  }

  /// Whether everything that came ended with a record.
  var isComplete: Bool { pending.isEmpty && !isQuoted }
}

/// The values of a record. Nil is NULL: the marker without quotes.
func values(of record: ArraySlice<UInt8>, null marker: [UInt8]) -> [[UInt8]?]? {
  var values: [[UInt8]?] = []
  var index = record.startIndex
  while true {
    var value: [UInt8] = []
    if index < record.endIndex, record[index] == 0x22 {
      index += 1
      while true {
        guard let quote = record[index...].firstIndex(of: 0x22) else { return nil }
        value += record[index..<quote]
        index = quote + 1
        guard index < record.endIndex, record[index] == 0x22 else { break }
        value.append(0x22)
        index += 1
      }
      values.append(value)
    } else {
      let end = record[index...].firstIndex(of: 0x2C) ?? record.endIndex
      value = Array(record[index..<end])
      if value.contains(0x22) { return nil }
      values.append(value == marker ? nil : value)
      index = end
    }
    if index == record.endIndex { return values }
    guard record[index] == 0x2C else { return nil }
    index += 1
  }
}
