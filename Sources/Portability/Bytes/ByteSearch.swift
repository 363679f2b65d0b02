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

  /// Whether any of some bytes must be looked at one by one: a quote, a comma, a backslash, a byte below 16 or one above 127.
  static func isPlain(_ bytes: ArraySlice<UInt8>) -> Bool {
    unsafe bytes.withUnsafeBytes { buffer in
      var index = 0
      while index &+ 8 <= buffer.count {
        if special(unsafe UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: index, as: UInt64.self))) { return false }
        index &+= 8
      }
      if index == buffer.count { return true }
      // The last few are filled up with blanks.
      var word: UInt64 = 0x2020_2020_2020_2020
      while index < buffer.count {
        word = unsafe word << 8 | UInt64(buffer[index])
        index &+= 1
      }
      return !special(word)
    }
  }

  @inline(__always)
  private static func special(_ word: UInt64) -> Bool {
    let (quote, comma, slash) = (word ^ ones &* 0x22, word ^ ones &* 0x2C, word ^ ones &* 0x5C)
    let low = (word & (ones &* 0xF0)) &- ones
    let found = (quote &- ones) & ~quote | (comma &- ones) & ~comma | (slash &- ones) & ~slash | low & ~word
    return (found | word) & tops != 0
  }
}
