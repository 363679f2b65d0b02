/// One table of a package while its records pass. Of each kind only the first problem is kept: a wrong table has as many as rows.
final class CheckedTable {
  let path: String
  /// What was found so far.
  private(set) var found = Found()
  /// The unique keys beside the primary one.
  private(set) var unique: [(columns: [String], spool: KeySpool)] = []

  private let names: [String]
  private let kinds: [ValueKind]
  private let required: [Bool]
  private let key: [Int]
  private let marker: [UInt8]
  private let spoolFolder: String
  private var collected: [(columns: [Int], isFolded: Bool, spool: KeySpool)] = []

  struct Found {
    var values = 0
    var keys = 0
    var typeProblem: String?
    var keyProblem: String?
    fileprivate var row = -1
    fileprivate var record = RecordValues()
    fileprivate var previous: [UInt8] = []
    fileprivate var scratch: [UInt8] = []
  }

  init(_ resource: DataPackage.Resource, spoolFolder: String) {
    path = resource.path
    names = resource.schema.fields.map(\.name)
    kinds = resource.schema.fields.map { ValueKind($0.type) }
    required = resource.schema.fields.map { $0.constraints?.required == true }
    marker = Array((resource.schema.missingValues.first ?? "").utf8)
    self.spoolFolder = spoolFolder
    key = Self.places(of: resource.schema.primaryKey ?? [], in: names) ?? []
    for columns in resource.schema.uniqueKeys ?? [] {
      if let spool = collect(columns, folded: false) { unique.append((columns, spool)) }
    }
  }

  private static func places(of columns: [String], in names: [String]) -> [Int]? {
    let places = columns.compactMap { names.firstIndex(of: $0) }
    return places.count == columns.count && !places.isEmpty ? places : nil
  }

  /// Keeps a hash of some columns of each record, unless one of them is NULL; nil when a column is not there.
  ///
  /// - Parameter folded: whether values that a database may take for equal are to have one hash: letters that differ in case
  ///   only, trailing spaces, and zeros at the end of a fraction.
  func collect(_ columns: [String], folded: Bool) -> KeySpool? {
    guard let places = Self.places(of: columns, in: names) else { return nil }
    if let there = collected.first(where: { $0.columns == places && $0.isFolded == folded }) { return there.spool }
    let spool = KeySpool(folder: spoolFolder)
    collected.append((places, folded, spool))
    return spool
  }

  /// Looks at the next record.
  func take(_ line: Span<UInt8>, hasQuotes: Bool) throws { try take(line, hasQuotes, &found) }

  private func take(_ line: Span<UInt8>, _ hasQuotes: Bool, _ found: inout Found) throws {
    found.row += 1
    let row = found.row
    guard found.record.read(line, hasQuotes: hasQuotes, null: row == 0 ? nil : marker), found.record.count == names.count else {
      if found.typeProblem == nil { found.typeProblem = "\(path): record \(row) has not \(names.count) values" }
      return
    }
    guard row > 0 else {
      if !zip(names, 0...).allSatisfy({ name, index in found.record[index].map { $0.elementsEqual(name.utf8) } ?? false }) {
        found.typeProblem = "\(path): its columns are not those described"
      }
      return
    }
    for index in kinds.indices {
      let kind = kinds[index]
      if let range = found.record.ranges[index] {
        if kind == .string || kind.fits(found.record.bytes.span.extracting(range)) { continue }
      } else if !required[index] {
        continue
      }
      if found.typeProblem == nil {
        found.typeProblem = "\(path): record \(row) has no \(kind.rawValue) in column \(names[index])"
      }
    }
    found.values += kinds.count
    if !key.isEmpty {
      found.keys += 1
      // Rows come in the order of their key, so equal keys follow each other.
      let isWhole = Self.write(key, isFolded: false, &found)
      if (!isWhole || found.scratch == found.previous) && found.keyProblem == nil {
        found.keyProblem = "\(path): the key of record \(row) is missing or there twice"
      }
      swap(&found.scratch, &found.previous)
    }
    for (columns, isFolded, spool) in collected where Self.write(columns, isFolded: isFolded, &found) {
      try spool.append(MultisetHash.murmur(found.scratch[...]))
    }
  }

  /// Puts some values one after another so that no two lists look alike; false when one of them is NULL.
  private static func write(_ columns: [Int], isFolded: Bool, _ found: inout Found) -> Bool {
    found.scratch.removeAll(keepingCapacity: true)
    for column in columns {
      guard let value = found.record[column] else { return false }
      let start = found.scratch.count
      if isFolded { found.scratch.append(folding: value) } else { found.scratch.append(contentsOf: value) }
      found.scratch.append(little: UInt32(truncatingIfNeeded: found.scratch.count - start))
    }
    return true
  }
}

extension [UInt8] {
  /// Appends a value in the form that all values have which some database takes for equal to it.
  fileprivate mutating func append(folding value: ArraySlice<UInt8>) {
    var value = value
    while value.last == UInt8(ascii: " ") { value = value.dropLast() }
    let isFraction = value.contains(UInt8(ascii: ".")) && value.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E || $0 == 0x2D }
    if isFraction {
      while value.last == UInt8(ascii: "0") { value = value.dropLast() }
      if value.last == UInt8(ascii: ".") { value = value.dropLast() }
    }
    append(contentsOf: value.lazy.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 })
  }
}
