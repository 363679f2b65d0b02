/// Looks into the tables of a package by what its descriptor says: every value is of its column's type, none is missing that is
/// required, no key is there twice, and every reference leads to a row.
final class TableCheck {
  private var tables: [String: CheckedTable] = [:]
  private var references: [CheckedReference] = []
  private(set) var types = VerifiedPackage.Finding(step: "types", checked: 0, problems: [])
  private(set) var keys = VerifiedPackage.Finding(step: "keys", checked: 0, problems: [])
  private(set) var links = VerifiedPackage.Finding(step: "references", checked: 0, problems: [])

  /// - Parameter spoolFolder: where hashes of keys may wait, in files without a name.
  init(_ package: DataPackage, spoolFolder: String) {
    for resource in package.resources { tables["data/" + resource.path] = CheckedTable(resource, spoolFolder: spoolFolder) }
    for resource in package.resources {
      for key in resource.schema.references {
        let name = key.reference.resource.flatMap { $0.isEmpty ? nil : $0 } ?? resource.name
        guard let target = package.resources.first(where: { $0.name == name }), let from = tables["data/" + resource.path],
          let to = tables["data/" + target.path], let rows = from.collect(key.fields, folded: true),
          let targets = to.collect(key.reference.fields, folded: true), key.fields.count == key.reference.fields.count
        else {
          links = links.adding(0, "\(resource.path): a reference names a table or column that is not in the package")
          continue
        }
        references.append(
          CheckedReference(
            words: "\(resource.path) (\(key.fields.joined(separator: ", "))) refers to \(target.path)", rows: rows, targets: targets))
      }
    }
  }

  /// The table of a file, by its path below the top folder.
  func table(at path: String) -> CheckedTable? { tables[path] }

  /// Reads every table of a package.
  func read(_ source: ArchiveSource) throws {
    try source.forEachFile { name in
      guard let table = tables[name.split(separator: "/", maxSplits: 1).last.map(String.init) ?? ""] else { return { _ in } }
      var scanner = RecordScanner()
      return { bytes in try scanner.scan(bytes) { try table.take($0, hasQuotes: $1) } }
    }
  }

  /// Looks at keys and references, when every table has been read.
  func finish() throws {
    for table in tables.values.sorted(by: { $0.path < $1.path }) {
      types = types.adding(table.found.values, table.found.typeProblem)
      keys = keys.adding(table.found.keys, table.found.keyProblem)
      for (columns, spool) in table.unique {
        let repeated = try spool.repeated
        keys = keys.adding(
          spool.count, repeated == 0 ? nil : "\(table.path): \(repeated) records repeat a unique key (\(columns.joined(separator: ", ")))")
      }
    }
    for reference in references {
      let missing = try reference.rows.missing(in: reference.targets)
      links = links.adding(reference.rows.count, missing == 0 ? nil : "\(reference.words), and \(missing) of its records find no row there")
    }
  }
}

/// A reference between tables of the package, by the hashes of its two sides.
private struct CheckedReference {
  let words: String
  let rows: KeySpool
  let targets: KeySpool
}

extension VerifiedPackage.Finding {
  /// The same with more that was checked.
  func adding(_ count: Int, _ problem: String?) -> Self {
    .init(step: step, checked: checked + count, problems: problems + [problem].compactMap(\.self))
  }
}
