/// Finds windows of patterns in bytes, looking only at every few positions.
///
/// A window of `width` bytes holds `stride` grams of six bytes, one for each way in which it can lie to the positions that
/// are looked at; so exactly one of them is met. A bitmap says first whether a gram is in any window at all.
struct WindowIndex: Sendable {
  static let gram = 6
  /// Positions that are multiples of this are looked at.
  let stride: Int
  private let bitmap: [UInt64]
  private let bitmapShift: UInt64
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
    let bitmapBits = min(28, max(12, bucketBits + 4))
    bucketShift = 64 - bucketBits
    bitmapShift = 64 - bitmapBits
    var bitmap = [UInt64](repeating: 0, count: 1 << (Int(bitmapBits) - 6))
    var sizes = [UInt32](repeating: 0, count: (1 << Int(bucketBits)) + 1)
    for window in windows {
      for offset in 0..<stride {
        let hash = Self.hash(window.bytes, window.start + offset)
        bitmap[Int(hash >> bitmapShift) >> 6] |= 1 << (hash >> bitmapShift & 63)
        sizes[Int(hash >> bucketShift) + 1] += 1
      }
    }
    for bucket in sizes.indices.dropFirst() { sizes[bucket] += sizes[bucket - 1] }
    var next = sizes
    var entries = [UInt32](repeating: 0, count: count)
    for window in windows {
      for offset in 0..<stride {
        let bucket = Int(Self.hash(window.bytes, window.start + offset) >> bucketShift)
        entries[Int(next[bucket])] = UInt32(window.number) << 8 | UInt32(window.start + offset)
        next[bucket] += 1
      }
    }
    self.bitmap = bitmap
    self.buckets = sizes
    self.entries = entries
  }

  private static func hash(_ bytes: borrowing [UInt8], _ position: Int) -> UInt64 {
    var gram: UInt64 = 0
    for index in position..<position + Self.gram { gram = gram << 8 | UInt64(bytes[index]) }
    return gram &* 0x9E37_79B9_7F4A_7C15
  }

  /// Calls `candidate` with the number of a pattern, and where its bytes would have to begin, for each gram of a window that
  /// is met. `origin` is the distance of the first byte from where positions are counted.
  func search(_ text: borrowing Span<UInt8>, from first: Int, to end: Int, origin: Int, _ candidate: (Int, Int) -> Void) {
    guard !entries.isEmpty else { return }
    var position = first + (stride - (origin + first) % stride) % stride
    while position < end {
      let high = UInt64(text[position]) << 40 | UInt64(text[position + 1]) << 32 | UInt64(text[position + 2]) << 24
      let gram = high | UInt64(text[position + 3]) << 16 | UInt64(text[position + 4]) << 8 | UInt64(text[position + 5])
      let hash = gram &* 0x9E37_79B9_7F4A_7C15
      if bitmap[Int(truncatingIfNeeded: hash >> bitmapShift) >> 6] >> (hash >> bitmapShift & 63) & 1 == 1 {
        let bucket = Int(truncatingIfNeeded: hash >> bucketShift)
        for index in Int(buckets[bucket])..<Int(buckets[bucket + 1]) {
          let entry = entries[index]
          candidate(Int(entry >> 8), position - Int(entry & 0xFF))
        }
      }
      position += stride
    }
  }
}
