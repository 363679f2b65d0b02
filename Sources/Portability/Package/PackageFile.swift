import Foundation
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
  /// The file appears under its name only when it is complete, and its statement, if it is to have one, stands beside it. What is encrypted
  /// is never on the disk in the clear. An export that was interrupted is gone on from, when it was the same and not encrypted; else
  /// what it left is replaced.
  public static func write(
    _ request: ExportRequest, from store: any TenantStore, for recipient: Recipient?, to out: String, with statement: PackageStatement?,
    progress: @escaping (String) -> Void
  ) throws -> PackageFile {
    let isFolder = isFolder(out)
    guard isFolder || !out.hasSuffix("/") else { throw PortabilityError.file(path: out, act: "open", errno: ENOENT) }
    var out = out
    while out.count > 1 && out.hasSuffix("/") { out.removeLast() }
    let unfinished: String?
    if isFolder {
      unfinished = try Remainders.clear(
        out, with: statement, but: { try recipient == nil && !Checkpoints(beside: $0, of: request.signature).interrupted.isEmpty }
      ) {
        progress("removed \($0), which an export that was interrupted left")
      }
    } else {
      try Remainders.clear(out, with: statement)
      // A file's name is looked at before the work, not after it.
      try statement?.accept(out)
      unfinished = Self.unfinished(out)
    }
    let writer = PackageWriter(request, from: store, spoolFolder: isFolder ? out : folder(of: out), progress: progress)
    guard let recipient else {
      // In a folder the name is known last, and another export may be there at the same time.
      let temporary = unfinished ?? "\(out)/teruggave-\(UInt64.random(in: 0 ... .max)).zip\(OutputFile.ending)"
      let file = try isFolder ? OutputFile(until: temporary) : OutputFile(path: out, keeping: true)
      let summary = try write(by: writer, to: file, Checkpoints(beside: temporary, of: request.signature), progress)
      let path = isFolder ? "\(out)/\(summary.name).zip" : out
      if isFolder { try statement?.accept(path) }
      try file.measure()
      return try PackageFile(path, file, (file.size, file.digest), nil, summary).placed(file, with: statement)
    }
    if let unfinished { try NoteFile.remove(unfinished + Checkpoints.ending) }
    var output = isFolder ? nil : try OutputFile(path: out)
    var encryption: Encryption?
    var archive = (size: Int64(0), digest: Digest())
    let summary = try writer.write(
      to: .stream { name in
        let path = "\(out)/\(name).zip\(recipient.ending)"
        if isFolder { try statement?.accept(path) }
        let file = try output ?? OutputFile(path: path)
        output = file
        let encrypting = try Encryption(for: recipient, to: file)
        encryption = encrypting
        return { bytes in
          archive.digest.update(bytes)
          archive.size += Int64(bytes.count)
          try encrypting.write(bytes)
        }
      })
    guard let output, let encryption else { preconditionFailure("a package that was written has a file") }
    try encryption.finish()
    return try PackageFile(output.path, output, archive, recipient, summary).placed(output, with: statement)
  }

  /// The name of what is to stand at a path, until it is complete.
  public static func unfinished(_ path: String) -> String { path + OutputFile.ending }

  /// Writes what may be gone on from, and notes what is whole in it meanwhile.
  private static func write(
    by writer: PackageWriter, to file: OutputFile, _ checkpoints: Checkpoints, _ progress: (String) -> Void
  ) throws -> ExportSummary {
    let summary: ExportSummary
    do {
      summary = try writer.write(to: .file(file, checkpoints))
    } catch {
      // A database that went away comes back.
      if case PortabilityError.store = error, checkpoints.isNoted {
        file.leave()
        progress("\(file.temporary) stays: the same export goes on from there, today")
      } else {
        try checkpoints.remove()
      }
      throw error
    }
    try checkpoints.remove()
    return summary
  }

  private init(
    _ path: String, _ file: OutputFile, _ archive: (size: Int64, digest: Digest), _ recipient: Recipient?, _ summary: ExportSummary
  ) {
    self.path = path
    (size, sha256) = (file.size, file.digest.hex)
    (archiveSize, archiveSHA256) = (archive.size, archive.digest.hex)
    self.recipient = recipient?.name
    self.summary = summary
  }

  private func placed(_ file: OutputFile, with statement: PackageStatement?) throws -> PackageFile {
    if let statement { try statement.place(self, file) } else { try file.finish(as: path) }
    return self
  }
}

/// The way from the archive to the file: through age, or through gpg.
private enum Encryption {
  case age(AgeWriter)
  case openPGP(GPG.Writer, OutputFile)

  init(for recipient: Recipient, to file: OutputFile) throws {
    switch recipient.kind {
    case .age(let recipients): self = .age(try AgeWriter(recipients, to: file.write))
    case .openPGP(let key, _): self = .openPGP(try GPG.Writer(keyFile: key, to: file.descriptor), file)
    }
  }

  func write(_ bytes: [UInt8]) throws {
    switch self {
    case .age(let writer): try writer.write(bytes)
    case .openPGP(let writer, _): try writer.write(bytes)
    }
  }

  func finish() throws {
    switch self {
    case .age(let writer): try writer.finish()
    case .openPGP(let writer, let file):
      try writer.finish()
      try file.measure()
    }
  }
}
