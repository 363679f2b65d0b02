extension Certificate {
  /// The places outside the live database of which it is still open whether they hold the records: backups that have not
  /// expired and sub-processors that have not confirmed.
  public var openCopies: [Method] { methods.filter(\.isOpenCopy) }
}

extension Method {
  /// Whether it is a backup or a sub-processor of which it is open whether the records are gone.
  public var isOpenCopy: Bool {
    switch (place, status) {
    case (.backups, .pending), (.backups, .unknown), (.subprocessor, .pending), (.subprocessor, .unknown): true
    default: false
    }
  }
}
