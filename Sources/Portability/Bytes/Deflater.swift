internal import CISAL

/// Compresses one stream after another (raw deflate, RFC 1951). Owns ISA-L's buffers.
@safe struct Deflater: ~Copyable {
  private let handle: UnsafeMutablePointer<wis_deflater>
  private var output = [UInt8](repeating: 0, count: 1 << 17)

  init() throws(PortabilityError) {
    guard let handle = unsafe wis_deflater_new() else { throw .outOfMemory }
    unsafe self.handle = unsafe handle
  }

  deinit { unsafe wis_deflater_free(handle) }

  /// Begins a new stream.
  mutating func restart() { unsafe wis_deflater_reset(handle) }

  /// Compresses some bytes, and gives what came of them so far to `write`. Returns how many bytes that were.
  mutating func compress(
    _ bytes: [UInt8], isLast: Bool, _ write: ([UInt8]) throws(PortabilityError) -> Void
  ) throws(PortabilityError) -> Int {
    var written = 0
    var start = 0
    repeat {
      let length = min(bytes.count - start, 1 << 30)
      let end = start + length
      var produced: Int64 = 0
      var isFed = false
      repeat {
        produced = unsafe bytes.withUnsafeBufferPointer { input in
          unsafe output.withUnsafeMutableBufferPointer { output in
            // The input is only read while both pointers live: what the stream keeps of it, it copies.
            if !isFed {
              unsafe wis_deflater_feed(
                handle, input.baseAddress.map { unsafe $0 + start }, UInt32(length), isLast && end == bytes.count ? 1 : 0)
            }
            return unsafe wis_deflater_drain(handle, output.baseAddress, UInt32(output.count))
          }
        }
        isFed = true
        guard produced >= 0 else { throw .outOfMemory }
        if produced > 0 {
          try write(Array(output[..<Int(produced)]))
          written += Int(produced)
        }
      } while produced == Int64(output.count)
      start = end
    } while start < bytes.count
    return written
  }
}

/// Checks what ZIP calls CRC-32.
func crc32(_ bytes: [UInt8], _ before: UInt32) -> UInt32 {
  unsafe bytes.withUnsafeBufferPointer { unsafe crc32_gzip_refl(before, $0.baseAddress, UInt64($0.count)) }
}
