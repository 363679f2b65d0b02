internal import CSQLite

/// Takes whole rows out of a statement: their values into buffers that the next row uses again, and their hash from where SQLite holds
/// them. One call to C for a row, and nothing is allocated.
@safe public struct RowReader: ~Copyable {
  private let cells: UnsafeMutablePointer<wis_cell>
  private let count: Int
  private let isHashing: Bool
  /// The sum of the hashes of all rows that were read, modulo 2^64: what the SQL function `wis_survey` says of them.
  public private(set) var hash: UInt64 = 0

  /// A value as it was read.
  public struct Value: Sendable {
    /// What it is.
    public let storageClass: StorageClass
    /// An integer, or the bits of a real.
    public let bits: Int64
    /// Where the bytes of a text or blob are.
    public let range: Range<Int>
  }

  /// - Parameter columns: how many of a row's first columns are read.
  public init(columns: Int, isHashing: Bool) {
    unsafe cells = UnsafeMutablePointer<wis_cell>.allocate(capacity: max(1, columns))
    count = columns
    self.isHashing = isHashing
  }

  deinit { unsafe cells.deallocate() }

  /// Reads a row: its texts and blobs one after another into `bytes`, which is never made smaller, and a value for each column.
  public mutating func read(_ row: borrowing Row, _ bytes: inout [UInt8], _ values: inout [Value]) throws(SQLiteError) {
    precondition(count <= row.count, "the row has so many columns")
    let length = Int(unsafe wis_sqlite3_row(row.handle, cells, Int32(truncatingIfNeeded: count)))
    guard length >= 0 else { throw SQLiteError(.noMemory, .read, message: ResultCode.noMemory.meaning) }
    if isHashing { hash &+= unsafe wis_hash_cells(cells, Int32(truncatingIfNeeded: count)) }
    if bytes.count < length { bytes.append(contentsOf: repeatElement(0, count: length - bytes.count)) }
    values.removeAll(keepingCapacity: true)
    unsafe bytes.withUnsafeMutableBytes { buffer in
      var start = 0
      for index in 0..<count {
        let cell = unsafe cells[index]
        let end = unsafe start &+ Int(cell.length)
        if end > start, let source = unsafe cell.bytes, let target = buffer.baseAddress {
          unsafe (target + start).copyMemory(from: source, byteCount: end &- start)
        }
        unsafe values.append(Value(storageClass: StorageClass(cell.type), bits: cell.bits, range: start..<end))
        start = end
      }
    }
  }
}
