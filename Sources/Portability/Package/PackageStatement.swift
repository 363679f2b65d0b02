/// The statement beside a package, as far as the writing of the package is concerned.
///
/// It gets its name before the package gets its own. So no package ever stands there without one, and of an export that was killed between
/// the two there is a statement about an unfinished file, byte for byte: it goes with that file.
public struct PackageStatement {
  private let accept: (String) throws -> Void
  private let create: (PackageFile) throws -> Void
  private let removal: (_ path: String, _ unfinished: String) throws -> Void

  /// - Parameters:
  ///   - accept: refuses the path of a package when its statement cannot be written beside it.
  ///   - create: writes the statement about a package that is on the disk and does not have its name yet.
  ///   - removal: removes the statement beside a path if it is about the file `unfinished`, and leaves any other.
  public init(
    accept: @escaping (String) throws -> Void, create: @escaping (PackageFile) throws -> Void,
    removal: @escaping (_ path: String, _ unfinished: String) throws -> Void
  ) {
    self.accept = accept
    self.create = create
    self.removal = removal
  }

  func accept(_ path: String) throws { try accept(path) }

  /// Writes the statement, then gives the package its name.
  func place(_ package: PackageFile, _ file: OutputFile) throws {
    try file.settle(for: package.path)
    try create(package)
    do {
      try file.finish(as: package.path)
    } catch {
      if !file.isPlaced { try removal(package.path, file.temporary) }
      throw error
    }
  }

  /// Removes the statement about an unfinished file whose package never got its name.
  func withdraw(beside unfinished: String) throws {
    let path = String(unfinished.dropLast(OutputFile.ending.count))
    if !OutputFile.isTaken(path) { try removal(path, unfinished) }
  }
}
