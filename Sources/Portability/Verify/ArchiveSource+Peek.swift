extension ArchiveSource {
  /// One file of the package, looked up before the rest is read; nil when that cannot be done here: the package is encrypted, or is not as
  /// expected. Nothing is checked: what is found must be found again when the package is read from beginning to end.
  func peek(_ path: String) -> [UInt8]? {
    do {
      return try isUnpacked ? whole("\(self.path)/\(path)") : inArchive(path)
    } catch {
      return nil
    }
  }

  /// What is read beforehand is held in memory.
  private static let most: UInt64 = 1 << 24

  private func whole(_ path: String) throws -> [UInt8]? {
    let file = try InputFile(path: path)
    guard let size = file.size, size <= Self.most else { return nil }
    return try Self.read(Int(size), from: file)
  }

  private func inArchive(_ path: String) throws -> [UInt8]? {
    let file = try InputFile(path: self.path)
    func number(_ bytes: [UInt8], _ place: Int, _ count: Int) -> UInt64 { ZipReader.number(bytes[place..<(place + count)]) }
    func part(_ offset: UInt64, _ count: Int) throws -> [UInt8]? { file.seek(to: offset) ? try Self.read(count, from: file) : nil }
    let last = ZipFormat.tailLength
    guard let size = file.size, size >= UInt64(last), let tail = try part(size - UInt64(last), last),
      number(tail, 0, 4) == UInt64(ZipFormat.end), number(tail, 40, 8) <= Self.most,
      let directory = try part(number(tail, 48, 8), Int(number(tail, 40, 8)))
    else { return nil }
    var place = 0
    // Of each line: the lengths of name and extra field, and at the end of that sizes and offset.
    while place + ZipFormat.nameInCentralHeader + 28 <= directory.count {
      let start = place + ZipFormat.nameInCentralHeader
      let end = start + Int(number(directory, place + 28, 2))
      guard number(directory, place + 30, 2) == 28, end + 28 <= directory.count else { return nil }
      place = end + 28
      guard directory[start..<end].split(separator: UInt8(ascii: "/"), maxSplits: 1).last?.elementsEqual(path.utf8) == true else {
        continue
      }
      let (content, compressed, offset) = (number(directory, end + 4, 8), number(directory, end + 12, 8), number(directory, end + 20, 8))
      guard content <= Self.most, compressed <= Self.most,
        let bytes = try part(offset, ZipFormat.nameInLocalHeader + (end - start) + 20 + Int(compressed))
      else { return nil }
      return try Self.inflated(bytes[(bytes.count - Int(compressed))...], Int(content))
    }
    return nil
  }

  private static func inflated(_ bytes: ArraySlice<UInt8>, _ size: Int) throws -> [UInt8]? {
    var inflater = try Inflater()
    var (rest, content) = (bytes, [UInt8]())
    while content.count <= size {
      guard let (some, taken, hasEnded) = inflater.inflate(rest), taken >= 0 else { return nil }
      content += some
      if hasEnded { return content.count == size ? content : nil }
      if some.isEmpty && taken == 0 { return nil }
      rest = rest.dropFirst(taken)
    }
    return nil
  }

  private static func read(_ count: Int, from file: InputFile) throws -> [UInt8]? {
    var bytes: [UInt8] = []
    while bytes.count < count {
      let more = try file.read()
      if more.isEmpty { return nil }
      bytes += more
    }
    return Array(bytes.prefix(count))
  }
}
