/// Reads the tables of a package a second time, now that it is known what is in them: every value is of its column's type, none is
/// missing that is required, and no key is there twice.
final class TableCheck {
  private let resources: [String: DataPackage.Resource]
  private(set) var values = 0
  private(set) var keys = 0
  private(set) var typeProblems: [String] = []
  private(set) var keyProblems: [String] = []

  init(_ package: DataPackage) {
    resources = Dictionary(package.resources.map { ("data/" + $0.path, $0) }) { first, _ in first }
  }

  func read(_ input: ByteReader) throws {
    try ZipReader(input).forEachEntry { name in
      let path = name.split(separator: "/", maxSplits: 1).last.map(String.init) ?? ""
      guard let resource = resources[path] else { return { _ in } }
      var scanner = RecordScanner()
      var row = -1
      var previous: [[UInt8]?]?
      let marker = Array((resource.schema.missingValues.first ?? "").utf8)
      let key = (resource.schema.primaryKey ?? []).compactMap { name in resource.schema.fields.firstIndex { $0.name == name } }
      return { [unowned self] bytes in
        scanner.scan(bytes) { record in
          row += 1
          // A problem of a table is told once: a wrong one has as many as rows.
          guard let found = Portability.values(of: record, null: row == 0 ? [] : marker), found.count == resource.schema.fields.count else {
            return note(&typeProblems, "\(resource.path): record \(row) has not \(resource.schema.fields.count) values", resource.path)
          }
          if row == 0 {
            let names = found.map { String(decoding: $0 ?? [], as: UTF8.self) }
            if names != resource.schema.fields.map(\.name) {
              note(&typeProblems, "\(resource.path): its columns are not those described", resource.path)
            }
            return
          }
          check(found, row, resource)
          if !key.isEmpty {
            keys += 1
            let this = key.map { found[$0] }
            // Rows come in the order of their key, so equal keys follow each other.
            if this == previous || this.contains(nil) {
              note(&keyProblems, "\(resource.path): the key of record \(row) is missing or there twice", resource.path)
            }
            previous = this
          }
        }
      }
    }
  }

  private func note(_ problems: inout [String], _ problem: String, _ path: String) {
    if problems.last?.hasPrefix("\(path):") != true { problems.append(problem) }
  }

  private func check(_ found: [[UInt8]?], _ row: Int, _ resource: DataPackage.Resource) {
    for (value, field) in zip(found, resource.schema.fields) {
      values += 1
      let fits: Bool
      if let value {
        fits = Self.fits(value[...], field.type)
      } else {
        fits = field.constraints?.required != true
      }
      if !fits { note(&typeProblems, "\(resource.path): record \(row) has no \(field.type) in column \(field.name)", resource.path) }
    }
  }

  private static func fits(_ value: ArraySlice<UInt8>, _ type: String) -> Bool {
    switch type {
    case "integer":
      let digits = value.first == UInt8(ascii: "-") ? value.dropFirst() : value
      return !digits.isEmpty && digits.allSatisfy { (0x30...0x39).contains($0) }
    case "number":
      if ["NaN", "INF", "-INF"].contains(String(decoding: value, as: UTF8.self)) { return true }
      return Double(String(decoding: value, as: UTF8.self)) != nil
    case "boolean": return value.elementsEqual("true".utf8) || value.elementsEqual("false".utf8)
    case "date": return value.isDay
    case "datetime": return value.count >= 19 && value.prefix(10).isDay && value[value.startIndex + 10] == UInt8(ascii: "T")
    case "array": return value.first == UInt8(ascii: "[") && value.last == UInt8(ascii: "]")
    case "duration": return value.first == UInt8(ascii: "P")
    default: return true
    }
  }
}
