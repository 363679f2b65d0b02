/// Looks through bytes eight at a time. Bytes in a word are compared by arithmetic on the whole word: subtracting one from each
/// borrows through exactly those that are zero (https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord).
enum ByteSearch {
  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let tops: UInt64 = 0x8080_8080_8080_8080

  /// The first place from `start` on at which one of two bytes stands.
  static func first(_ one: UInt8, or other: UInt8, in bytes: [UInt8], from start: Int) -> Int? {
    let (ones64, others) = (UInt64(one) &* ones, UInt64(other) &* ones)
    return unsafe bytes.withUnsafeBytes { buffer in
      var index = start
      while index &+ 8 <= buffer.count {
        let word = unsafe UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: index, as: UInt64.self))
        let (x, y) = (word ^ ones64, word ^ others)
        let found = ((x &- ones) & ~x | (y &- ones) & ~y) & tops
        if found != 0 { return index &+ found.trailingZeroBitCount / 8 }
        index &+= 8
      }
      while index < buffer.count {
        let byte = unsafe buffer[index]
        if byte == one || byte == other { return index }
        index &+= 1
      }
      return nil
    }
  }

  /// The first comma from `start` on; `end` when there is none before it.
  static func comma(in bytes: [UInt8], from start: Int, to end: Int) -> Int {
    precondition(start <= end && end <= bytes.count, "the part is in the bytes")
    return unsafe bytes.withUnsafeBytes { buffer in
      var index = start
      while index &+ 8 <= end {
        let word = unsafe UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: index, as: UInt64.self)) ^ ones &* 0x2C
        let found = (word &- ones) & ~word & tops
        if found != 0 { return index &+ found.trailingZeroBitCount / 8 }
        index &+= 8
      }
      while index < end, unsafe buffer[index] != 0x2C { index &+= 1 }
      return index
    }
  }

  /// Whether one of eight bytes must be looked at by itself: a quote, a comma, a backslash, a byte below 16 or one above 127.
  @inline(__always)
  static func isSpecial(_ word: UInt64) -> Bool {
    let (quote, comma, slash) = (word ^ ones &* 0x22, word ^ ones &* 0x2C, word ^ ones &* 0x5C)
    let low = (word & (ones &* 0xF0)) &- ones
    let found = (quote &- ones) & ~quote | (comma &- ones) & ~comma | (slash &- ones) & ~slash | low & ~word
    return (found | word) & tops != 0
  }

  /// Whether these are the ten characters of a day of the calendar, `YYYY-MM-DD`.
  static func isDay(_ text: Span<UInt8>) -> Bool {
    guard text.count == 10 else { return false }
    let (first, last) = unsafe text.withUnsafeBytes { bytes in
      let first = unsafe UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
      return unsafe (first, UInt64(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt16.self))))
    }
    // `0000-00-` with `00`: a byte that is no digit is above 9 then, or borrows from the next.
    let zero: UInt64 = 0x2D30_302D_3030_3030
    let (date, day) = (first ^ zero, last ^ 0x3030)
    let nine = ones &* 0x76
    guard ((date &+ nine) | date | (day &+ nine) | day) & tops == 0, date & 0xFF00_00FF_0000_0000 == 0 else { return false }
    func digit(_ word: UInt64, _ place: Int) -> Int { Int(truncatingIfNeeded: word >> UInt64(place * 8) & 0xFF) }
    let year = digit(date, 0) * 1000 + digit(date, 1) * 100 + digit(date, 2) * 10 + digit(date, 3)
    let month = digit(date, 5) * 10 + digit(date, 6)
    let number = digit(day, 0) * 10 + digit(day, 1)
    guard year >= 1, (1...12).contains(month), number >= 1 else { return false }
    if number <= 28 { return true }
    let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    return number <= (month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31)
  }

  /// Whether bytes are UTF-8.
  static func isUTF8(_ bytes: Span<UInt8>) -> Bool {
    do {
      _ = try UTF8Span(validating: bytes)
      return true
    } catch {
      return false
    }
  }

  /// Whether bytes are these.
  static func isEqual(_ bytes: Span<UInt8>, _ others: [UInt8]) -> Bool {
    guard bytes.count == others.count else { return false }
    for index in 0..<bytes.count where bytes[index] != others[index] { return false }
    return true
  }
}

extension [UInt8] {
  /// Puts bytes at the beginning, and never becomes smaller by that.
  mutating func replace(with source: Span<UInt8>) {
    if count < source.count { append(contentsOf: repeatElement(0, count: source.count - count)) }
    unsafe withUnsafeMutableBytes { target in
      unsafe source.withUnsafeBytes { unsafe target.copyMemory(from: $0) }
    }
  }
}
