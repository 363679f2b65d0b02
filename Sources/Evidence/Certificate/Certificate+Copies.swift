extension Certificate {
  /// The places beside the live rows of which it is still open whether they hold the records: backups that have not expired,
  /// sub-processors that have not confirmed, files that could not be removed yet, and the database's own files where something
  /// was in the way.
  public var openCopies: [Method] { methods.filter(\.isOpenCopy) }
}

extension Method {
  /// Whether it is a place of which it is open whether the records are gone, and that is tried or asked again.
  public var isOpenCopy: Bool {
    switch (place, status) {
    case (.backups, .pending), (.backups, .unknown), (.subprocessor, .pending), (.subprocessor, .unknown), (.files, .waiting): true
    default: isOpenResidue
    }
  }

  /// Whether it is a place in the database's own files that could not be treated. A server recycles its log by itself.
  public var isOpenResidue: Bool {
    guard Self.ownPlaces.contains(place), case .waiting(let obstacle) = status else { return false }
    return obstacle != .log
  }

  /// The places in a database's own files.
  private static let ownPlaces: Set<Place> = [.pages, .journal, .statistics, .derived]
}
