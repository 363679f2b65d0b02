public import Retention
public import Stores

/// What an export of some data holds, in numbers: the rows of each table and the sum of their hashes, as the database counts them.
public struct SourceRows: Codable, Hashable, Sendable {
  /// The tables, by name.
  public let tables: [Table]

  /// One table.
  public struct Table: Codable, Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Its rows.
    public let rows: Int
    /// The sum of the rows' hashes.
    public let hash: String
  }

  /// What a package says that it was made from.
  public init(of evidence: ExportEvidence) {
    tables = evidence.tables.map { Table(name: $0.table, rows: $0.sourceRows, hash: $0.sourceMultisetHash) }.sorted { $0.name < $1.name }
  }

  /// Counts what an export would hold now. Files that rows name are not looked at. Within ``TenantStore/inSnapshot(_:)`` all tables are
  /// counted as they were at one moment.
  public init(of tenant: TenantPolicy, _ extent: ReturnScope.Extent, nature: Nature?, in store: any TenantStore) throws {
    tables = try Self.preparation(of: tenant, extent, nature, in: store, surveying: true).surveys.map {
      Table(name: $0.table.name, rows: $0.rows, hash: WrittenTable.hex($0.hash))
    }.sorted { $0.name < $1.name }
  }

  /// What an export would read of each table.
  public static func selections(
    of tenant: TenantPolicy, _ extent: ReturnScope.Extent, nature: Nature?, in store: any TenantStore
  ) throws -> [CopySelection] {
    try preparation(of: tenant, extent, nature, in: store, surveying: false).tables.map(\.selection)
  }

  private static func preparation(
    of tenant: TenantPolicy, _ extent: ReturnScope.Extent, _ nature: Nature?, in store: any TenantStore, surveying: Bool
  ) throws -> Preparation {
    do {
      let scope = try ReturnScope(policy: tenant, schema: store.schema(), extent: extent, nature: nature)
      return try Preparation(scope: scope, map: tenant.map, from: store, surveying: surveying) { _ in }
    } catch let error as ReturnError {
      throw PortabilityError(error)
    } catch let error as StoreError {
      throw PortabilityError.store(error)
    }
  }

  /// The rows of some tables that are in one or another of several parts, which have none in common.
  public init(sumOf parts: [SourceRows], about names: (String) -> Bool) {
    var sums: [String: (rows: Int, hash: UInt64)] = [:]
    for table in parts.flatMap(\.tables) where names(table.name) {
      guard let hash = UInt64(table.hash, radix: 16) else { preconditionFailure("a hash is written in hexadecimal") }
      let sum = sums[table.name] ?? (0, 0)
      sums[table.name] = (sum.rows + table.rows, sum.hash &+ hash)
    }
    tables = sums.map { Table(name: $0, rows: $1.rows, hash: WrittenTable.hex($1.hash)) }.filter { $0.rows > 0 }
      .sorted { $0.name < $1.name }
  }

  /// The tables that are not the same in both.
  public func differences(from other: SourceRows) -> [String] {
    Set(tables).symmetricDifference(other.tables).map(\.name).uniqued().sorted()
  }
}
