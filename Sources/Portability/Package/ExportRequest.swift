public import Retention

/// What is to be returned to whom, and the day on which it is done.
public struct ExportRequest {
  /// The tenant with its agreement and data map.
  public let policy: TenantPolicy
  /// How much is asked for.
  public let extent: ReturnScope.Extent
  /// Nil is all data; raw leaves out what is derived.
  public let nature: Nature?
  /// In which further forms the rows are in the package, each once.
  public let copies: [ReadingCopy]
  /// The civil day of the export: the package has no other time in it, so that the same data makes the same package.
  public let day: CivilDate
  /// The program and its version.
  public let tool: String

  /// A return to be made.
  public init(
    policy: TenantPolicy, extent: ReturnScope.Extent, nature: Nature?, copies: [ReadingCopy] = [], day: CivilDate, tool: String
  ) {
    self.copies = ReadingCopy.allCases.filter(copies.contains)
    self.policy = policy
    self.extent = extent
    self.nature = nature
    self.day = day
    self.tool = tool
  }
}

/// What an export wrote.
public struct ExportSummary {
  /// The name of the package, without an ending: `teruggave-kade-20261121-0a1b2c3d`.
  public let name: String
  /// What it says about itself.
  public let evidence: ExportEvidence
}
