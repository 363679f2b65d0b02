public import Retention

/// One copy of a tenant's data at a place where backups are kept.
public struct Copy: Hashable, Sendable {
  /// Its path, or its name at the place.
  public let name: String
  /// The day on which it was made.
  public let day: CivilDate
  /// The earliest day whose state it can show. A file's own time is the end of its making: it may have been begun the day before.
  public let since: CivilDate
  /// The last day on which it may be there; nil when the term leaves the calendar.
  public let expires: CivilDate?

  init(name: String, day: CivilDate, isBegin: Bool, at place: Tenant.Backup) {
    self.name = name
    self.day = day
    since = isBegin ? day : day.adding(days: -1) ?? day
    expires = place.lastDay(ofCopyFrom: day)
  }

  /// Whether it should be gone on a day.
  public func isOverdue(on today: CivilDate) -> Bool { expires.map { $0 < today } ?? false }

  /// Whether rows that were erased on a day may be in it.
  public func mayHold(erasedOn day: CivilDate) -> Bool { since <= day }
}

/// What was found at a place where backups are kept.
public struct CopyListing {
  /// The place.
  public let backup: Tenant.Backup
  /// The copies that were found, oldest first; nil when nobody can look there.
  public let copies: [Copy]?
}
