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
  private let bucketShift: UInt64
  /// Where the entries of a bucket begin; one more at the end.
  private let buckets: [UInt32]
  /// The pattern's number, and the place of the gram in its bytes in the lowest eight bits.
  private let entries: [UInt32]

  /// The window of a pattern: where the pattern's bytes begin among those of all, and where its window begins in them.
  struct Window {
    let pattern: Int
    let start: Int
  }

  /// The windows of patterns, whose bytes stand one after another.
  init(width: Int, _ windows: [Window], in bytes: [UInt8]) {
    stride = width - Self.gram + 1
    let count = windows.count * stride
    let bucketBits = max(4, UInt64(Int.bitWidth - count.leadingZeroBitCount))
    // About thirty bits for each gram, in words of 64.
    let filterBits = min(22, max(6, bucketBits - 2))
    bucketShift = 64 - bucketBits
    var filter = [UInt64](repeating: 0, count: 1 << Int(filterBits))
    var sizes = [UInt32](repeating: 0, count: (1 << Int(bucketBits)) + 1)
    let mask = filter.count - 1
    for window in windows {
      for offset in window.start..<window.start + stride {
        let hash = Self.hash(Self.gram(of: bytes.span, at: window.pattern + offset))
        filter[Self.word(hash, mask)] |= Self.bits(hash)
        sizes[Int(hash &>> bucketShift) + 1] += 1
      }
    }
    for bucket in sizes.indices.dropFirst() { sizes[bucket] += sizes[bucket - 1] }
    var next = sizes
    var entries = [UInt32](repeating: 0, count: count)
    for (number, window) in windows.enumerated() {
      for offset in window.start..<window.start + stride {
        let bucket = Int(Self.hash(Self.gram(of: bytes.span, at: window.pattern + offset)) &>> bucketShift)
        entries[Int(next[bucket])] = UInt32(number) << 8 | UInt32(offset)
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

  /// The word of a gram in the filter, whose number of words less one is the mask.
  private static func word(_ hash: UInt64, _ mask: Int) -> Int { Int(truncatingIfNeeded: hash &>> 30) & mask }

  /// The two bits of a gram in its word.
  private static func bits(_ hash: UInt64) -> UInt64 { 1 &<< (hash &>> 58) | 1 &<< (hash &>> 52) }

  /// Calls `candidate` with the number of a pattern, and where its bytes would have to begin, for each gram of a window that
  /// is met. `origin` is the distance of the first byte from where positions are counted.
  func search(_ text: borrowing Span<UInt8>, from first: Int, to end: Int, origin: Int, _ candidate: (Int, Int) -> Void) {
    guard !entries.isEmpty else { return }
    precondition(first >= 0 && end + Self.gram - 1 <= text.count, "a gram lies within the bytes")
    var position = first + (stride - (origin + first) % stride) % stride
    let inner = min(end, text.count - 7)
    let (buckets, entries) = (buckets.span, entries.span)
    func meet(_ hash: UInt64) {
      let bucket = Int(truncatingIfNeeded: hash &>> bucketShift)
      for index in Int(buckets[bucket])..<Int(buckets[bucket + 1]) {
        let entry = entries[index]
        candidate(Int(entry >> 8), position - Int(entry & 0xFF))
      }
    }
    unsafe text.withUnsafeBytes { bytes in
      unsafe filter.withUnsafeBufferPointer { filter in
        while let hash = unsafe Self.next(bytes, filter, &position, before: inner, by: stride) {
          meet(hash)
          position &+= stride
        }
      }
    }
    while position < end {
      meet(Self.hash(Self.gram(of: text, at: position)))
      position += stride
    }
  }

  /// Goes on to the next position whose gram the filter knows, and gives the gram's hash. Eight bytes are read at once, and must be
  /// there up to `end`: for each byte of a large file this is nearly all that is done, so it stands by itself.
  @inline(never)
  private static func next(
    _ bytes: UnsafeRawBufferPointer, _ filter: UnsafeBufferPointer<UInt64>, _ current: inout Int, before end: Int, by stride: Int
  ) -> UInt64? {
    var position = current
    defer { current = position }
    let mask = filter.count - 1
    while position < end {
      let eight = UInt64(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
      let hash = Self.hash(eight & 0xFFFF_FFFF_FFFF)
      let bits = Self.bits(hash)
      // Masked, every index is within.
      if unsafe filter[Self.word(hash, mask)] & bits == bits { return hash }
      position &+= stride
    }
    return nil
  }
}
