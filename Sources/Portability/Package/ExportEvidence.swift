import Retention

/// `data/evidence/export.json`: what was exported, how much of it, and what was left out and why.
public struct ExportEvidence: Codable {
  var profile = "wis-teruggave/1.0"
  /// The program and its version.
  public let tool: String
  /// The identity of this content: the same data under the same scope has the same.
  public let export: String
  /// The tenant's name on the node.
  public let tenant: String
  /// Whose data it is.
  public let controller: String
  /// The agreement.
  public let agreement: String
  /// The engine that the data came from.
  public let engine: String
  /// The civil day of the export.
  public let day: String
  /// What was asked for.
  public let scope: Scope
  /// The tables that are in it.
  public let tables: [TableEvidence]
  /// What is not in it.
  public let leftOut: [LeftOut]
  /// Files that rows name.
  public let files: Files
  /// References to rows that do not exist in the source.
  public let orphans: [Orphans]
  /// References to rows that are in an archive with a later end; nil where there are no others.
  public let later: [Orphans]?
  /// In which further forms the rows are in the package; nil is none.
  public let copies: [ReadingCopy]?

  /// What was asked for.
  public struct Scope: Codable {
    /// `tenant`, `tables`, `subject` or `ending`.
    public let extent: String
    /// The tables that were asked for.
    public let tables: [String]?
    /// How the person was named.
    public let subjectType: String?
    /// The identifier itself.
    public let subject: String?
    /// `all` or `raw`.
    public let nature: String
    /// The day on which none of the rows might go yet, where they are those whose duties end by a day.
    public var after: String?
    /// The first day on which all of them may go.
    public var until: String?
  }

  /// One table.
  public struct TableEvidence: Codable {
    /// Its name in the source.
    public let table: String
    /// Its file, below `data`.
    public let path: String
    /// Rows that the database counted.
    public let sourceRows: Int
    /// Rows that were written.
    public let writtenRows: Int
    /// The bytes of the file.
    public let bytes: Int64
    /// The SHA-256 of the file.
    public let sha256: String
    /// The sum of the rows' hashes in the database.
    public let sourceMultisetHash: String
    /// The sum of the hashes of the lines that were written.
    public let exportedMultisetHash: String
    /// Whether its rows are there because others refer to them.
    public let shared: Bool
  }

  /// Something that is not in the package.
  public struct LeftOut: Codable {
    /// The table.
    public let table: String
    /// The column, when the table itself is there.
    public let column: String?
    /// `derived`, `not-asked`, `owner-unknown`, `outside`, `view`, `missing-objects`, `no-columns`, `unreadable`,
    /// `elsewhere`.
    public let reason: String
  }

  /// Files that rows name.
  public struct Files: Codable {
    /// How many were written.
    public let written: Int
    /// How many are named but could not be found or may not be read.
    public let missing: Int
  }

  /// A reference to rows that do not exist.
  public struct Orphans: Codable {
    /// The reference.
    public let reference: String
    /// How many rows refer to nothing.
    public let rows: Int

    static func list(_ found: [Reference: Int]) -> [Orphans] {
      found.map { Orphans(reference: $0.key.description, rows: $0.value) }.sorted { $0.reference < $1.reference }
    }
  }

  /// Whether something is missing that should have been there.
  public var isIncomplete: Bool {
    files.missing > 0 || leftOut.contains { ["owner-unknown", "unreadable", "elsewhere"].contains($0.reason) }
  }
}
