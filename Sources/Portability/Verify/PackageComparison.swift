public import Retention
public import Stores

/// A package against the source as it is now: the same tables, columns and rows, table by table.
public struct PackageComparison {
  /// What differs; empty when the package holds exactly what an export would hold now.
  public let differences: [String]

  /// Reads the source again under the scope that the package was made for. `person` finds the key of a person by the type and
  /// value of an identifier.
  public init(
    of package: VerifiedPackage, with tenant: TenantPolicy, in store: any TenantStore, person: (String, String) throws -> PredicateValue,
    progress: @escaping (String) -> Void
  ) throws {
    guard package.evidence.scope.extent != "ending" else {
      self.init(["the package was a sealed archive; what is in it left the database"])
      return
    }
    guard let extent = try package.evidence.scope.returned(person), package.evidence.tenant == tenant.tenant.id else {
      self.init(["the package is of tenant \(package.evidence.tenant)"])
      return
    }
    try self.init(of: package, with: tenant, in: store, as: extent, progress: progress)
  }

  /// Reads the source again under a scope that is known.
  public init(
    of package: VerifiedPackage, with tenant: TenantPolicy, in store: any TenantStore, as extent: ReturnScope.Extent,
    progress: @escaping (String) -> Void
  ) throws {
    do {
      differences = try store.inSnapshot {
        let scope: ReturnScope
        do {
          scope = try ReturnScope(
            policy: tenant, schema: store.schema(), extent: extent, nature: package.evidence.scope.nature == "raw" ? .raw : nil)
        } catch let error as ReturnError {
          throw PortabilityError(error)
        }
        let preparation = try Preparation(scope: scope, map: tenant.map, from: store, surveying: true, progress)
        return try Self.differences(package.evidence, preparation, store, progress)
      }
    } catch let error as StoreError {
      throw PortabilityError.store(error)
    }
  }

  private init(_ differences: [String]) { self.differences = differences }

  private static func differences(
    _ evidence: ExportEvidence, _ preparation: Preparation, _ store: any TenantStore, _ progress: (String) -> Void
  ) throws -> [String] {
    var found: [String] = []
    let written = Dictionary(evidence.tables.map { ($0.table, $0) }) { first, _ in first }
    let names = Set(preparation.tables.map(\.name))
    found += evidence.tables.filter { !names.contains($0.table) }.map {
      "table \($0.table) is no longer in the source, or no longer in the scope"
    }
    for table in preparation.tables {
      guard let before = written[table.name] else {
        found.append("table \(table.name) is in the source and not in the package")
        continue
      }
      progress("\(table.name): comparing")
      var writer = TableWriter(
        layout: table.layout, fileName: table.fileName, folders: table.folders, nullMarker: table.nullMarker, spoolFolder: "/tmp")
      var digest = Digest()
      func take(_ bytes: [UInt8]) { digest.update(bytes) }
      try writer.writeHeader(take)
      try store.copyOut(table.selection) { try writer.add($0, take) }
      try writer.finish(take)
      if writer.rows != before.writtenRows {
        found.append("table \(table.name) has \(writer.rows) rows, and the package \(before.writtenRows)")
      } else if writer.hash.text != before.exportedMultisetHash || digest.hex != before.sha256
        || table.survey.map({ WrittenTable.hex($0.hash) }) != before.sourceMultisetHash
      {
        found.append("table \(table.name) has other rows or columns than the package")
      }
    }
    return found
  }
}

extension ExportEvidence.Scope {
  /// The extent it speaks about; nil for one that is not known.
  func returned(_ person: (String, String) throws -> PredicateValue) rethrows -> ReturnScope.Extent? {
    switch extent {
    case "tenant": .tenant
    case "tables": tables.map { .tables($0) }
    case "subject":
      if let subjectType, let subject {
        .subject(type: subjectType, value: subject, key: try person(subjectType, subject))
      } else {
        nil
      }
    default: nil
    }
  }
}
