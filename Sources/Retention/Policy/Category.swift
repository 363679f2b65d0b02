/// A kind of personal data, as the annexes of an agreement name it: `payroll`, `hours`, `absence`.
public struct Category: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The name used in agreements and data maps.
  public let name: String

  /// Data that somebody looked at and found to be about nobody; written `none` in a data map.
  public static let impersonal = Category("none")

  /// The category with this name.
  public init(_ name: String) { self.name = name }

  /// Orders by name.
  public static func < (left: Category, right: Category) -> Bool { left.name < right.name }

  /// The name.
  public var description: String { name }
}

/// Whether data goes into the "ruwe" (raw) return; derived data is left out of it and listed.
public enum Nature: String, Hashable, Sendable, CaseIterable {
  case raw
  case derived
}

/// Whom a duty binds. A statutory duty of the controller does not entitle the processor to refuse an instruction.
public enum BoundParty: String, Hashable, Sendable, CaseIterable {
  case controller
  case processor
}
