/// The values of a record of CSV, without their quotes, in buffers that the next record uses again.
struct RecordValues {
  /// The bytes of all values, one after another.
  private(set) var bytes: [UInt8] = []
  private var cells: [(range: Range<Int>, isNull: Bool)] = []

  /// How many values there are.
  var count: Int { cells.count }

  /// A value; nil is NULL: the marker without quotes.
  subscript(index: Int) -> ArraySlice<UInt8>? { cells[index].isNull ? nil : bytes[cells[index].range] }

  /// Takes a record apart; false when it is none.
  mutating func read(_ record: ArraySlice<UInt8>, null marker: [UInt8]?) -> Bool {
    bytes.removeAll(keepingCapacity: true)
    cells.removeAll(keepingCapacity: true)
    var index = record.startIndex
    while true {
      let start = bytes.count
      var isNull = false
      if index < record.endIndex, record[index] == 0x22 {
        index += 1
        while true {
          guard let quote = record[index...].firstIndex(of: 0x22) else { return false }
          bytes.append(contentsOf: record[index..<quote])
          index = quote + 1
          guard index < record.endIndex, record[index] == 0x22 else { break }
          bytes.append(0x22)
          index += 1
        }
      } else {
        let begin = index
        while index < record.endIndex, record[index] != 0x2C {
          if record[index] == 0x22 { return false }
          index += 1
        }
        isNull = marker.map { record[begin..<index] == $0[...] } ?? false
        bytes.append(contentsOf: record[begin..<index])
      }
      cells.append((start..<bytes.count, isNull))
      if index == record.endIndex { return true }
      guard record[index] == 0x2C else { return false }
      index += 1
    }
  }
}
