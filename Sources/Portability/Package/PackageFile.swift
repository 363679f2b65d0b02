public import Stores

/// A package as a file on the disk.
public struct PackageFile {
  /// Where it is.
  public let path: String
  /// Its size in bytes.
  public let size: Int64
  /// Its SHA-256 in hexadecimal.
  public let sha256: String
  /// The size of the archive inside, before encryption.
  public let archiveSize: Int64
  /// The SHA-256 of the archive inside.
  public let archiveSHA256: String
  /// To whom it is encrypted; nil when it is not.
  public let recipient: String?
  /// What it says about itself.
  public let summary: ExportSummary

  /// Writes a package to `out`: a folder, in which it gets its own name, or the path of a file that is not there yet.
  ///
  /// The file appears under its name only when it is complete.
  public static func write(
    _ request: ExportRequest, from store: any TenantStore, to out: String, progress: @escaping (String) -> Void
  ) throws -> PackageFile {
    let isFolder = isFolder(out)
    let spoolFolder = isFolder ? out : folder(of: out)
    // A file's name is looked at before the work, not after it.
    var output: OutputFile? = isFolder ? nil : try OutputFile(path: out)
    var archive = (size: Int64(0), digest: Digest())
    let summary = try PackageWriter(request, from: store, spoolFolder: spoolFolder, progress: progress).write { name in
      let file = try output ?? OutputFile(path: "\(out)/\(name).zip")
      output = file
      return { bytes in
        archive.digest.update(bytes)
        archive.size += Int64(bytes.count)
        try file.write(bytes)
      }
    }
    guard let output else { preconditionFailure("a package that was written has a file") }
    try output.finish()
    return PackageFile(
      path: output.path, size: output.size, sha256: output.digest.hex, archiveSize: archive.size, archiveSHA256: archive.digest.hex,
      recipient: nil, summary: summary)
  }
}
