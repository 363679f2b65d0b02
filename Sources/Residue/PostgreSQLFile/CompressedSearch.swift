/// Looks into the values that PostgreSQL compressed, wherever they stand in the bytes of its files: in rows, in what is left of them, in
/// indexes, and in the log. Nothing but their own shape tells where they are, so each is decompressed: what is no such value does not
/// come out right.
///
/// A large value stands beside its table in chunks, each a row of three columns: the value's number, the chunk's, and bytes
/// (src/backend/access/common/toast_internals.c). They are gathered until they are all there.
///
/// `Place` is where a value was found, as the caller tells places apart.
public struct CompressedSearch<Place> {
  private let scanner: Scanner
  /// How many bytes a chunk has, other than the last one of a value.
  private let chunkSize: Int
  private var values: [Int: Chunks] = [:]
  private var held = 0
  /// The end of what has come of a log.
  private var log: [UInt8] = []
  /// Whether some value was so large, or its chunks so far from each other, that it was not looked into to its end.
  public private(set) var isIncomplete = false

  /// Bytes of chunks that wait for others.
  private static var most: Int { 32 << 20 }
  /// No row is longer, nor what the log has of one.
  private static var longestRow: Int { 1 << 15 }

  /// A value in a row begins with its length, of less than 16 MB and with the lowest bits 10; then follow its size before, of less than
  /// 1 GB, and whether the method is one of the two.
  private static var value: WordShape { WordShape(mask: 0x8000_0000_FF00_0003, word: 2) }
  /// Three columns, and that they begin 24 bytes after the beginning of the row: the part of a row's header that the log has as well.
  private static var chunk: WordShape { WordShape(mask: 0xFF_0000_07FF, word: 0x18_0000_0003) }
  /// Where that part begins in a row.
  private static var columnCount: Int { 18 }

  private struct Chunks {
    /// Where the first one stands.
    var place: Place?
    /// By their number.
    var bytes: [Int: [UInt8]] = [:]
    /// The number of the last one.
    var last: Int?
    /// Whether the first one shows that the value is not compressed; then the others do not matter.
    var isPlain = false

    var size: Int { bytes.values.reduce(0) { $0 + $1.count } }
  }

  /// A search in the files of a server with pages of so many bytes.
  public init(_ scanner: Scanner, pageSize: Int) {
    self.scanner = scanner
    // Four rows to a page, each with a header, two numbers and a length (src/include/access/heaptoast.h).
    chunkSize = (pageSize - 40) / 4 / 8 * 8 - 24 - 12
  }

  /// Looks at a page of a table or an index.
  ///
  /// - Parameters:
  ///   - hasChunks: whether its rows are chunks.
  ///   - place: where a position in it is.
  ///   - found: is called with the number of each pattern that was found, and where.
  public mutating func add(page: [UInt8], hasChunks: Bool, place: (Int) -> Place, _ found: (Int, Place) -> Void) {
    Self.value.forEach(in: page, from: 0, before: page.count, by: 4) { lookIntoValue(page, $0, place, found) }
    guard hasChunks else { return }
    var chunks: [Int] = []
    Self.chunk.forEach(in: page, from: Self.columnCount, before: page.count, by: 8) { chunks.append($0) }
    // Rows are put in from the end of a page.
    for position in chunks.reversed() { takeChunk(page, position, place, found) }
  }

  /// Looks at the next bytes of the log, behind the headers of its pages.
  public mutating func add(log piece: [UInt8], place: Place, _ found: (Int, Place) -> Void) {
    log += piece
    let end = log.count - Self.longestRow
    guard end > 0 else { return }
    lookIntoLog(upTo: end, place, found)
    log.removeFirst(end)
  }

  /// Looks at the rest: nothing comes any more.
  public mutating func finish(place: Place, _ found: (Int, Place) -> Void) {
    lookIntoLog(upTo: log.count, place, found)
    log = []
    lookIntoRest(found)
  }

  private mutating func lookIntoLog(upTo end: Int, _ place: Place, _ found: (Int, Place) -> Void) {
    Self.value.forEach(in: log, from: 0, before: end, by: 1) { lookIntoValue(log, $0, { _ in place }, found) }
    Self.chunk.forEach(in: log, from: 0, before: end, by: 1) { takeChunk(log, $0, { _ in place }, found) }
  }

  /// What has no end, or none that came.
  private mutating func lookIntoRest(_ found: (Int, Place) -> Void) {
    for chunks in values.values { look(into: chunks, found) }
    values = [:]
    held = 0
  }

  private func lookIntoValue(_ bytes: [UInt8], _ position: Int, _ place: (Int) -> Place, _ found: (Int, Place) -> Void) {
    let end = position + bytes.littleEndian(at: position, 4) >> 2
    guard end > position + 8, end <= bytes.count, let value = CompressedValue(word: bytes.littleEndian(at: position + 4, 4)),
      value.canBe(end - position - 8)
    else { return }
    var content: [UInt8] = []
    guard value.decompress(bytes[(position + 8)..<end], { content += $0 }) == .whole else { return }
    for hit in scanner.hits(in: content) { found(hit.pattern, place(position)) }
  }

  private mutating func takeChunk(_ bytes: [UInt8], _ position: Int, _ place: (Int) -> Place, _ found: (Int, Place) -> Void) {
    let start = position + 18
    guard start < bytes.count else { return }
    let (value, number) = (bytes.littleEndian(at: position + 6, 4), bytes.littleEndian(at: position + 10, 4))
    let length = bytes.littleEndian(at: position + 14, 4)
    let end = start + length >> 2 - 4
    guard length & 3 == 0, end > start, end - start <= chunkSize, end <= bytes.count else { return }
    // What is there twice is an older copy of the same.
    guard values[value]?.bytes[number] == nil else { return }
    var chunks = values.removeValue(forKey: value) ?? Chunks()
    if end - start < chunkSize { chunks.last = number }
    if number == 0 {
      chunks.place = place(position)
      chunks.isPlain = !isCompressed(bytes[start..<end])
    }
    if chunks.isPlain {
      held -= chunks.size
      chunks.bytes = [:]
      if chunks.last == nil { values[value] = chunks }
      return
    }
    chunks.bytes[number] = Array(bytes[start..<end])
    held += end - start
    if let last = chunks.last, chunks.bytes.count == last + 1 {
      look(into: chunks, found)
      held -= chunks.size
      return
    }
    values[value] = chunks
    if held > Self.most {
      isIncomplete = true
      lookIntoRest(found)
    }
  }

  /// Whether some bytes can be the beginning of a compressed value.
  private func isCompressed(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.count > 4, let value = CompressedValue(word: bytes.littleEndian(at: bytes.startIndex, 4)) else { return false }
    return value.decompress(bytes.dropFirst(4)) { _ in } != .wrong
  }

  private func look(into chunks: Chunks, _ found: (Int, Place) -> Void) {
    guard let place = chunks.place else { return }
    var bytes: [UInt8] = []
    while let next = chunks.bytes[bytes.count / chunkSize], bytes.count % chunkSize == 0 { bytes += next }
    guard bytes.count > 4, let value = CompressedValue(word: bytes.littleEndian(at: 0, 4)) else { return }
    var scan = StreamScan(scanner)
    // What came out before something turned out wrong is looked at too: the end of a value may have been written over.
    _ = value.decompress(bytes.dropFirst(4)) { scan.add($0) { found($0.pattern, place) } }
    scan.finish { found($0.pattern, place) }
  }
}

/// A page of the log: a header of its own, behind which what is written goes on (src/include/access/xlog_internal.h).
public enum LogPage {
  /// What stands behind the header.
  public static func content(of page: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let start = page.startIndex
    guard page.count > 40, page[start + 1] == 0xD1 else { return page }
    return page.dropFirst(page[start + 2] & 2 == 0 ? 24 : 40)
  }
}
