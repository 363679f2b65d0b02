/// Which bits of eight bytes, the least significant first, are as in a given word.
struct WordShape {
  let mask: UInt64
  let word: UInt64

  /// The first position from one on at which eight bytes have the shape; all positions are so far from each other. Nil when there is none.
  @inline(never)
  func next(in bytes: [UInt8], from first: Int, before end: Int, by stride: Int) -> Int? {
    precondition(first >= 0 && stride > 0)
    let end = min(end, bytes.count - 7)
    return unsafe bytes.withUnsafeBytes { bytes in
      var position = first
      while position < end {
        let eight = UInt64(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
        if eight & mask == word { return position }
        position &+= stride
      }
      return nil
    }
  }

  /// Calls `body` with all of them.
  func forEach(in bytes: [UInt8], from first: Int, before end: Int, by stride: Int, _ body: (Int) -> Void) {
    var position = first
    while let found = next(in: bytes, from: position, before: end, by: stride) {
      body(found)
      position = found + stride
    }
  }
}
