import Retention
import TestSupport
import Testing

@testable import Portability

/// Lines of CSV, written and read again.
@Suite struct `A record` {
  private static let marks: [UInt8] = Array("\",\n\r\\N.; \u{0}\t{}aé=+-@".utf8) + [0xFF, 0xC3, 0x80]

  private static func value(_ random: inout SeededRandom) -> [UInt8] {
    (0..<Int.random(in: 0...20, using: &random)).map { _ in
      Bool.random(using: &random) ? marks[Int.random(in: marks.indices, using: &random)] : UInt8.random(in: 0x61...0x7A, using: &random)
    }
  }

  @Test(arguments: UInt64(0)..<30) func `gives back what was written, whatever pieces it comes in`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let columns = Int.random(in: 1...4, using: &random)
    let marker = Array("\\N".utf8)
    let writer = CellWriter(nullMarker: marker, isOnlyColumn: columns == 1)
    var rows: [[[UInt8]?]] = []
    var file: [UInt8] = []
    for _ in 0..<200 {
      var row: [[UInt8]?] = []
      for column in 0..<columns {
        if column > 0 { file.append(UInt8(ascii: ",")) }
        if Int.random(in: 0..<6, using: &random) == 0 {
          file += marker
          row.append(nil)
          continue
        }
        let value = Self.value(&random)
        var line = LineBuffer(capacity: 0)
        let isText = writer.append(text: value.span, to: &line)
        file += line.bytes
        if isText {
          row.append(value)
        } else {
          // What CSV cannot hold stands there in base64, and reads back as that.
          var encoded: [UInt8] = []
          encoded.append(base64: value[...])
          #expect([UInt8](base64: encoded[...]) == value)
          row.append(encoded)
        }
      }
      file.append(UInt8(ascii: "\n"))
      rows.append(row)
    }
    var scanner = RecordScanner()
    var values = RecordValues()
    var found: [[[UInt8]?]] = []
    var start = 0
    while start < file.count {
      let end = min(file.count, start + Int.random(in: 1...40, using: &random))
      scanner.scan(Array(file[start..<end])) { line, hasQuotes in
        let isRecord = values.read(line, hasQuotes: hasQuotes, null: marker)
        #expect(isRecord)
        found.append((0..<values.count).map { values[$0].map(Array.init) })
      }
      start = end
    }
    #expect(scanner.isComplete)
    #expect(found == rows)
  }

  @Test func `that is none is refused`() {
    var values = RecordValues()
    for text in ["\"a", "a\"b", "\"a\"b", "\"a\"\"", "a,\"b\"c"] {
      let isRecord = values.read(Array(text.utf8).span, hasQuotes: true, null: nil)
      #expect(!isRecord, "\(text)")
    }
    var scanner = RecordScanner()
    scanner.scan(Array("a\n\"b\n".utf8)) { _, _ in }
    #expect(!scanner.isComplete)
  }

  /// By the calendar's own words, one character after another.
  private static func isDay(_ text: [UInt8]) -> Bool {
    let parts = String(decoding: text, as: UTF8.self).split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.utf8.count) == [4, 2, 2], parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
      let day = CivilDate(String(decoding: text, as: UTF8.self))
    else { return false }
    return day.description == String(decoding: text, as: UTF8.self) && parts[0] != "0000"
  }

  @Test func `has a day exactly where the calendar has one`() {
    var random = SeededRandom(seed: 7)
    var found = 0
    for year in [1, 4, 100, 400, 1900, 2000, 2023, 2024, 9999] {
      for month in 0...13 {
        for day in 0...32 {
          func padded(_ number: Int, _ count: Int) -> String {
            String(repeating: "0", count: count - String(number).utf8.count) + String(number)
          }
          let text = Array("\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))".utf8)
          let isDay = ByteSearch.isDay(text.span)
          #expect(isDay == Self.isDay(text), "\(text)")
          found += isDay ? 1 : 0
        }
      }
    }
    #expect(found == 4 * 366 + 5 * 365)
    for _ in 0..<20_000 {
      var text = Array("2024-02-29".utf8)
      text[Int.random(in: text.indices, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
      let isDay = ByteSearch.isDay(text.span)
      #expect(isDay == Self.isDay(text), "\(text)")
    }
    for text in ["", "2024-02-2", "2024-02-290", "0000-01-01"] {
      let isDay = ByteSearch.isDay(Array(text.utf8).span)
      #expect(!isDay)
    }
  }

  @Test(arguments: UInt64(0)..<10) func `is searched for marks as one byte after another would be`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for _ in 0..<500 {
      let bytes = Self.value(&random) + Self.value(&random)
      let start = Int.random(in: 0...bytes.count, using: &random)
      #expect(
        ByteSearch.first(0x22, or: 0x0A, in: bytes, from: start) == bytes[start...].firstIndex { $0 == 0x22 || $0 == 0x0A })
      let isPlain = !bytes[start...].contains { $0 < 16 || $0 > 127 || [0x22, 0x2C, 0x5C].contains($0) }
      var line = LineBuffer(capacity: 0)
      line.append(UInt8(ascii: ","))
      let isAppended = line.append(plain: Array(bytes[start...]).span)
      #expect(isAppended == isPlain)
      #expect(line.bytes == [0x2C] + (isPlain ? bytes[start...] : []))
    }
  }
}
