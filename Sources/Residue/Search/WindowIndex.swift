/// Finds windows of patterns in bytes, looking only at every few positions.
///
/// A window of `width` bytes holds `stride` grams of six bytes, one for each way in which it can lie to the positions that
/// are looked at; so exactly one of them is met. A filter says first whether a gram is in any window at all: each gram has
/// two bits in one word, so that nearly all of what is met by chance costs one look.
struct WindowIndex: Sendable {
  static let gram = 6
  /// Positions that are multiples of this are looked at.
  let stride: Int
  private let filter: [UInt64]
  private let filterShift: UInt64
  private let bucketShift: UInt64
  /// Where the entries of a bucket begin; one more at the end.
  private let buckets: [UInt32]
  /// The pattern's number, and the place of the gram in its bytes in the lowest eight bits.
  private let entries: [UInt32]

  /// The windows of patterns: each with its number, its bytes, and where its window begins in them.
  init(width: Int, _ windows: [(number: Int, bytes: [UInt8], start: Int)]) {
    stride = width - Self.gram + 1
    let count = windows.count * stride
    let bucketBits = max(4, UInt64(Int.bitWidth - count.leadingZeroBitCount))
    // About thirty bits for each gram, in words of 64.
    let filterBits = min(22, max(6, bucketBits - 2))
    bucketShift = 64 - bucketBits
    filterShift = 64 - filterBits
    var filter = [UInt64](repeating: 0, count: 1 << Int(filterBits))
    var sizes = [UInt32](repeating: 0, count: (1 << Int(bucketBits)) + 1)
    for window in windows {
      for offset in 0..<stride {
        let hash = Self.hash(Self.gram(of: window.bytes.span, at: window.start + offset))
        filter[Int(hash &>> filterShift)] |= Self.bits(hash)
        sizes[Int(hash &>> bucketShift) + 1] += 1
      }
    }
    for bucket in sizes.indices.dropFirst() { sizes[bucket] += sizes[bucket - 1] }
    var next = sizes
    var entries = [UInt32](repeating: 0, count: count)
    for window in windows {
      for offset in 0..<stride {
        let bucket = Int(Self.hash(Self.gram(of: window.bytes.span, at: window.start + offset)) &>> bucketShift)
        entries[Int(next[bucket])] = UInt32(window.number) << 8 | UInt32(window.start + offset)
        next[bucket] += 1
      }
    }
    self.filter = filter
    self.buckets = sizes
    self.entries = entries
  }

  /// Six bytes as a number, the first in the lowest bits.
  private static func gram(of bytes: borrowing Span<UInt8>, at position: Int) -> UInt64 {
    var gram: UInt64 = 0
    for index in 0..<Self.gram { gram |= UInt64(bytes[position + index]) << UInt64(8 * index) }
    return gram
  }

  private static func hash(_ gram: UInt64) -> UInt64 { gram &* 0x9E37_79B9_7F4A_7C15 }

  /// The two bits of a gram in its word of the filter. The highest bits of the hash choose the word.
  private static func bits(_ hash: UInt64) -> UInt64 { 1 &<< (hash &>> 30) | 1 &<< (hash &>> 24) }

  /// Calls `candidate` with the number of a pattern, and where its bytes would have to begin, for each gram of a window that
  /// is met. `origin` is the distance of the first byte from where positions are counted.
  func search(_ text: borrowing Span<UInt8>, from first: Int, to end: Int, origin: Int, _ candidate: (Int, Int) -> Void) {
    guard !entries.isEmpty else { return }
    precondition(first >= 0 && end + Self.gram - 1 <= text.count, "a gram lies within the bytes")
    var position = first + (stride - (origin + first) % stride) % stride
    let inner = min(end, text.count - 7)
    // Eight bytes are read at once, where there are as many: for each byte of a large file this is nearly all that is done.
    unsafe text.withUnsafeBytes { bytes in
      unsafe filter.withUnsafeBufferPointer { filter in
        while position < inner {
          let eight = UInt64(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
          let hash = Self.hash(eight & 0xFFFF_FFFF_FFFF)
          let bits = Self.bits(hash)
          // Every index of so many bits is within.
          if unsafe filter[Int(truncatingIfNeeded: hash &>> filterShift)] & bits == bits { meet(hash, position, candidate) }
          position &+= stride
        }
      }
    }
    while position < end {
      let hash = Self.hash(Self.gram(of: text, at: position))
      meet(hash, position, candidate)
      position += stride
    }
  }

  @inline(never)
  private func meet(_ hash: UInt64, _ position: Int, _ candidate: (Int, Int) -> Void) {
    let bucket = Int(truncatingIfNeeded: hash &>> bucketShift)
    let (buckets, entries) = (buckets.span, entries.span)
    for index in Int(buckets[bucket])..<Int(buckets[bucket + 1]) {
      let entry = entries[index]
      candidate(Int(entry >> 8), position - Int(entry & 0xFF))
    }
  }
}
