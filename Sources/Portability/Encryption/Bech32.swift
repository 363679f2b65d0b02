/// The text form of age's keys (BIP 173, as https://age-encryption.org/v1 uses it: of any length).
enum Bech32 {
  private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)

  /// The bytes of a text with this prefix; nil when the text is something else or has a wrong check sum.
  static func decoded(_ text: String, prefix: String) -> [UInt8]? {
    let isUpper = text == text.uppercased()
    guard isUpper || text == text.lowercased() else { return nil }
    let lower = Array(text.lowercased().utf8)
    let wanted = Array(prefix.lowercased().utf8)
    guard lower.count > wanted.count + 7, lower.starts(with: wanted), lower[wanted.count] == UInt8(ascii: "1") else { return nil }
    var values: [UInt8] = []
    for byte in lower[(wanted.count + 1)...] {
      guard let value = alphabet.firstIndex(of: byte) else { return nil }
      values.append(UInt8(value))
    }
    guard checksum(of: wanted.map { $0 >> 5 } + [0] + wanted.map { $0 & 31 } + values) == 1 else { return nil }
    return regrouped(values.dropLast(6))
  }

  /// The text of some bytes with a prefix, in lower case.
  static func encoded(_ bytes: [UInt8], prefix: String) -> String {
    let head = Array(prefix.utf8)
    var values: [UInt8] = []
    var word: UInt32 = 0
    var bits = 0
    for byte in bytes {
      word = (word << 8 | UInt32(byte)) & 0xffff
      bits += 8
      while bits >= 5 {
        bits -= 5
        values.append(UInt8(truncatingIfNeeded: word >> UInt32(bits) & 31))
      }
    }
    if bits > 0 { values.append(UInt8(truncatingIfNeeded: word << UInt32(5 - bits) & 31)) }
    let expanded = head.map { $0 >> 5 } + [0] + head.map { $0 & 31 }
    let sum = checksum(of: expanded + values + [UInt8](repeating: 0, count: 6)) ^ 1
    values += (0..<6).map { UInt8(truncatingIfNeeded: sum >> UInt32(5 * (5 - $0)) & 31) }
    return prefix + "1" + String(decoding: values.map { alphabet[Int($0)] }, as: UTF8.self)
  }

  private static func checksum(of values: [UInt8]) -> UInt32 {
    let generator: [UInt32] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3]
    return values.reduce(1) { sum, value in
      let top = sum >> 25
      var next = (sum & 0x1ff_ffff) << 5 ^ UInt32(value)
      for bit in 0..<5 where top >> UInt32(bit) & 1 == 1 { next ^= generator[bit] }
      return next
    }
  }

  /// Five bits at a time to eight; nil when what is left over is not empty.
  private static func regrouped(_ values: ArraySlice<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    var word: UInt32 = 0
    var bits = 0
    for value in values {
      word = word << 5 | UInt32(value)
      bits += 5
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
      }
    }
    return bits < 5 && word & (1 << UInt32(bits) - 1) == 0 ? bytes : nil
  }
}
