/// The bytes of an entry tile: each entry after its length as a big-endian 16-bit number (tlog-tiles, "Log entries").
enum EntryBundle {
  static func bytes(_ records: some Sequence<LeafRecord>) -> [UInt8] {
    records.flatMap { record -> [UInt8] in
      let text = Array(record.text.utf8)
      return withBigEndianBytes(UInt16(text.count)) + text
    }
  }

  static func records(_ bytes: [UInt8], of tile: Tile) throws(EvidenceError) -> [LeafRecord] {
    var rest = bytes[...]
    var records: [LeafRecord] = []
    while !rest.isEmpty {
      let length = Int(bigEndian(rest.prefix(2)))
      guard rest.count >= 2 + length else { throw .malformed(what: tile.path, problem: "cut short") }
      records.append(try LeafRecord(text: String(decoding: rest.dropFirst(2).prefix(length), as: UTF8.self)))
      rest = rest.dropFirst(2 + length)
    }
    guard records.count == Int(tile.width) else {
      throw .malformed(what: tile.path, problem: "expected \(tile.width) entries, found \(records.count)")
    }
    return records
  }
}
