internal import CISAL

/// Decompresses one stream after another. Owns ISA-L's state.
@safe struct Inflater: ~Copyable {
  private let handle: UnsafeMutablePointer<wis_inflater>
  private var output = [UInt8](repeating: 0, count: 1 << 17)

  init() throws(PortabilityError) {
    guard let handle = unsafe wis_inflater_new() else { throw .outOfMemory }
    unsafe self.handle = unsafe handle
  }

  deinit { unsafe wis_inflater_free(handle) }

  /// Begins a new stream.
  mutating func restart() { unsafe wis_inflater_reset(handle) }

  /// Decompresses from some bytes: what came out, how many bytes were taken (a few back when the stream ended before them), and
  /// whether the stream has ended. Nil when the bytes are no such stream.
  mutating func inflate(_ bytes: ArraySlice<UInt8>) -> (output: [UInt8], taken: Int, hasEnded: Bool)? {
    var taken: Int64 = 0
    var ended: Int32 = 0
    let count = unsafe bytes.withUnsafeBufferPointer { input in
      unsafe output.withUnsafeMutableBufferPointer { output in
        unsafe wis_inflate(
          handle, input.baseAddress, UInt32(min(input.count, 1 << 30)), &taken, output.baseAddress, UInt32(output.count), &ended)
      }
    }
    guard count >= 0 else { return nil }
    return (Array(output[..<Int(count)]), Int(taken), ended != 0)
  }
}
