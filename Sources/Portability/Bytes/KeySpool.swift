/// The hashes of a table's keys, in the order in which rows come: 16 bytes each, in a file when there are many.
final class KeySpool {
  private let spool: Spool
  private var buffer: [UInt128] = []
  private(set) var count = 0

  /// How many are looked at together: 32 MiB.
  private static let handful = 1 << 21

  /// - Parameter folder: where a file without a name may be made.
  init(folder: String) { spool = Spool(folder: folder, inMemory: 1 << 16) }

  func append(_ hash: UInt128) throws(PortabilityError) {
    buffer.append(hash)
    count += 1
    if buffer.count == 1 << 10 { try flush() }
  }

  private func flush() throws(PortabilityError) {
    try spool.append(unsafe buffer.withUnsafeBytes { unsafe Array($0) })
    buffer.removeAll(keepingCapacity: true)
  }

  /// Gives every hash to `body`, in the order in which they came.
  private func forEach(_ body: (UInt128) -> Void) throws {
    try flush()
    try spool.read { bytes in
      unsafe bytes.withUnsafeBytes { buffer in
        for offset in stride(from: 0, to: buffer.count, by: 16) {
          unsafe body(buffer.loadUnaligned(fromByteOffset: offset, as: UInt128.self))
        }
      }
    }
  }

  /// The hashes that leave a remainder, in order.
  private func sorted(_ remainder: Int, of parts: Int) throws -> [UInt128] {
    var found: [UInt128] = []
    try forEach { if Self.isIn(remainder, of: parts, $0) { found.append($0) } }
    found.sort()
    return found
  }

  private static func isIn(_ remainder: Int, of parts: Int, _ hash: UInt128) -> Bool {
    parts == 1 || UInt64(truncatingIfNeeded: hash) % UInt64(parts) == UInt64(remainder)
  }

  private var parts: Int { count / Self.handful + 1 }

  /// How many hashes stood there before.
  var repeated: Int {
    get throws {
      var found = 0
      for part in 0..<parts {
        let some = try sorted(part, of: parts)
        found += zip(some, some.dropFirst()).reduce(0) { $0 + ($1.0 == $1.1 ? 1 : 0) }
      }
      return found
    }
  }

  /// How many hashes of this spool the other one does not hold.
  func missing(in other: KeySpool) throws -> Int {
    var found = 0
    for part in 0..<other.parts {
      let some = try other.sorted(part, of: other.parts)
      try forEach { hash in
        guard Self.isIn(part, of: other.parts, hash) else { return }
        var (low, high) = (0, some.count)
        while low < high {
          let middle = (low + high) / 2
          if some[middle] < hash { low = middle + 1 } else { high = middle }
        }
        if low == some.count || some[low] != hash { found += 1 }
      }
    }
    return found
  }
}
