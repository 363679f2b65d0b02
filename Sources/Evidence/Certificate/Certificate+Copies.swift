extension Certificate {
  /// The places outside the live database of which it is still open whether they hold the records: backups that have not
  /// expired, sub-processors that have not confirmed, and files that could not be removed yet.
  public var openCopies: [Method] { methods.filter(\.isOpenCopy) }
}

extension Method {
  /// Whether it is a backup, a sub-processor or files of which it is open whether the records are gone.
  public var isOpenCopy: Bool {
    switch (place, status) {
    case (.backups, .pending), (.backups, .unknown), (.subprocessor, .pending), (.subprocessor, .unknown), (.files, .waiting): true
    default: false
    }
  }
}
