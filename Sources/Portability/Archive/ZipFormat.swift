/// The records of a ZIP file (PKWARE APPNOTE 6.3) as Wis writes them, and as it demands to find them again.
///
/// The Zip64 field stands in every local header already, because only then does a reader know that the sizes in the descriptor
/// have eight bytes; without it macOS fails above 4 GB. Names are UTF-8.
struct ZipFormat {
  /// MS-DOS date of every entry: the package has a day, not a time.
  let date: UInt16
  /// Whether there are Zip64 fields; without them nothing may be larger than 4 GB.
  let isLarge: Bool

  /// - Parameter day: `YYYY-MM-DD`.
  init(day: String, isLarge: Bool) {
    self.isLarge = isLarge
    let parts = day.split(separator: "-").compactMap { Int($0) }
    precondition(parts.count == 3, "a day has three parts")
    date = UInt16(min(max(parts[0] - 1980, 0), 127) << 9 | parts[1] << 5 | parts[2])
  }

  init(date: UInt16) { (self.date, isLarge) = (date, true) }

  /// One file of the archive.
  struct Entry: Hashable {
    let name: [UInt8]
    let offset: UInt64
    var crc: UInt32 = 0
    var size: UInt64 = 0
    var compressed: UInt64 = 0
  }

  /// Where in each header an entry's name begins.
  static let nameInLocalHeader = 30
  static let nameInCentralHeader = 46
  /// How long the end of an archive is after the directory.
  static let tailLength = 98

  static let local: UInt32 = 0x0403_4b50
  static let central: UInt32 = 0x0201_4b50
  static let end: UInt32 = 0x0606_4b50

  /// Version needed: 4.5, or 2.0 without Zip64.
  private var version: UInt16 { isLarge ? 45 : 20 }

  /// Version needed, flags (descriptor, UTF-8), deflate, time and date: the same in both headers of an entry.
  private var fixed: [UInt8] {
    var bytes: [UInt8] = []
    for number in [version, 0x0808, 8, 0, date] { bytes.append(little: number) }
    return bytes
  }

  /// What stands before an entry's content.
  func localHeader(_ name: [UInt8]) -> [UInt8] {
    var header: [UInt8] = []
    header.append(little: Self.local)
    header += fixed
    header.append(little: UInt32(0))
    // The sizes are elsewhere: in the Zip64 field, which says that they follow.
    header.append(little: isLarge ? UInt64.max : 0)
    header.append(little: UInt16(name.count))
    header.append(little: UInt16(isLarge ? 20 : 0))
    header += name
    guard isLarge else { return header }
    header.append(little: UInt16(1))
    header.append(little: UInt16(16))
    header.append(little: UInt64(0))
    header.append(little: UInt64(0))
    return header
  }

  /// What stands after an entry's content.
  func descriptor(_ entry: Entry) -> [UInt8] {
    var descriptor: [UInt8] = []
    descriptor.append(little: UInt32(0x0807_4b50))
    descriptor.append(little: entry.crc)
    for size in [entry.compressed, entry.size] {
      if isLarge { descriptor.append(little: size) } else { descriptor.append(little: UInt32(size)) }
    }
    return descriptor
  }

  /// What stands in the directory for an entry.
  func centralHeader(_ entry: Entry) -> [UInt8] {
    var header: [UInt8] = []
    header.append(little: Self.central)
    // Made on Unix.
    header.append(little: 3 << 8 | version)
    header += fixed
    header.append(little: entry.crc)
    header.append(little: isLarge ? UInt32.max : UInt32(entry.compressed))
    header.append(little: isLarge ? UInt32.max : UInt32(entry.size))
    header.append(little: UInt16(entry.name.count))
    header.append(little: UInt16(isLarge ? 28 : 0))
    for _ in 0..<3 { header.append(little: UInt16(0)) }
    // A regular file that its owner may read and write and others may read.
    header.append(little: UInt32(0o100644) << 16)
    header.append(little: isLarge ? UInt32.max : UInt32(entry.offset))
    header += entry.name
    guard isLarge else { return header }
    header.append(little: UInt16(1))
    header.append(little: UInt16(24))
    header.append(little: entry.size)
    header.append(little: entry.compressed)
    header.append(little: entry.offset)
    return header
  }

  /// The end of the archive, after a directory that lies between two offsets.
  func tail(entries: UInt64, directory: Range<UInt64>) -> [UInt8] {
    var tail: [UInt8] = []
    if isLarge {
      tail.append(little: Self.end)
      tail.append(little: UInt64(44))
      tail.append(little: UInt16(3 << 8 | 45))
      tail.append(little: UInt16(45))
      tail.append(little: UInt64(0))
      tail.append(little: entries)
      tail.append(little: entries)
      tail.append(little: directory.upperBound - directory.lowerBound)
      tail.append(little: directory.lowerBound)
      tail.append(little: UInt32(0x0706_4b50))
      tail.append(little: UInt32(0))
      tail.append(little: directory.upperBound)
      tail.append(little: UInt32(1))
    }
    tail.append(little: UInt32(0x0605_4b50))
    tail.append(little: UInt32(0))
    tail.append(little: UInt16(clamping: entries))
    tail.append(little: UInt16(clamping: entries))
    tail.append(little: UInt32(clamping: directory.upperBound - directory.lowerBound))
    tail.append(little: UInt32(clamping: directory.lowerBound))
    tail.append(little: UInt16(0))
    return tail
  }
}

extension [UInt8] {
  /// Appends a number, least significant byte first.
  mutating func append(little number: some FixedWidthInteger & UnsignedInteger) {
    for shift in stride(from: 0, to: number.bitWidth, by: 8) { append(UInt8(truncatingIfNeeded: number >> shift)) }
  }
}
