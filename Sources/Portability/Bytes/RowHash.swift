/// The sum of the 128-bit hashes of a table's rows, as they stand in its CSV file without the line break: the same for the same
/// rows in any order, and another when one is missing, doubled or changed. Added modulo 2^128, because an exclusive-or would not
/// see a row that is there twice.
///
/// The hash is MurmurHash3_x64_128 with seed 0 (https://github.com/aappleby/smhasher), so that a stranger can compute it again
/// with a library. It guards against loss and mistakes; against malice there are the SHA-256 and the signature.
struct MultisetHash: Hashable {
  private(set) var sum: UInt128 = 0

  mutating func add(_ row: Span<UInt8>) { add(unsafe row.withUnsafeBytes { unsafe Self.murmur($0) }) }

  /// Adds a row by its hash.
  mutating func add(_ hash: UInt128) { sum &+= hash }

  /// 32 lower-case hexadecimal digits.
  var text: String {
    let digits = String(sum, radix: 16)
    return String(repeating: "0", count: 32 - digits.utf8.count) + digits
  }

  static func murmur(_ bytes: ArraySlice<UInt8>) -> UInt128 { unsafe bytes.withUnsafeBytes { unsafe murmur($0) } }

  static func murmur(_ buffer: UnsafeRawBufferPointer) -> UInt128 {
    let (c1, c2): (UInt64, UInt64) = (0x87c3_7b91_1142_53d5, 0x4cf5_ad43_2745_937f)
    func rotated(_ word: UInt64, _ by: UInt64) -> UInt64 { word << by | word >> (64 - by) }
    func finished(_ word: UInt64) -> UInt64 {
      var word = word
      word ^= word >> 33
      word &*= 0xff51_afd7_ed55_8ccd
      word ^= word >> 33
      word &*= 0xc4ce_b9fe_1a85_ec53
      return word ^ word >> 33
    }
    var (h1, h2): (UInt64, UInt64) = (0, 0)
    let length = buffer.count
    var offset = 0
    while offset &+ 16 <= length {
      var k1 = unsafe UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      var k2 = unsafe UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: offset &+ 8, as: UInt64.self))
      k1 = rotated(k1 &* c1, 31) &* c2
      h1 = (rotated(h1 ^ k1, 27) &+ h2) &* 5 &+ 0x52dc_e729
      k2 = rotated(k2 &* c2, 33) &* c1
      h2 = (rotated(h2 ^ k2, 31) &+ h1) &* 5 &+ 0x3849_5ab5
      offset &+= 16
    }
    let rest = length &- offset
    var (k1, k2): (UInt64, UInt64) = (0, 0)
    if rest >= 8 {
      k1 = unsafe UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      offset &+= 8
    }
    var (word, shift): (UInt64, UInt64) = (0, 0)
    while offset < length {
      word |= unsafe UInt64(buffer[offset]) << shift
      shift &+= 8
      offset &+= 1
    }
    if rest >= 8 { k2 = word } else { k1 = word }
    if rest > 8 { h2 ^= rotated(k2 &* c2, 33) &* c1 }
    if rest > 0 { h1 ^= rotated(k1 &* c1, 31) &* c2 }
    h1 ^= UInt64(length)
    h2 ^= UInt64(length)
    h1 &+= h2
    h2 &+= h1
    (h1, h2) = (finished(h1), finished(h2))
    h1 &+= h2
    h2 &+= h1
    return UInt128(h2) << 64 | UInt128(h1)
  }
}
