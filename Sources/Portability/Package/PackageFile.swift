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
  /// The file appears under its name only when it is complete. What is encrypted is never on the disk in the clear. `accept` is
  /// asked about the path before the first byte is written. An export that was interrupted is gone on from, when it was the same
  /// and not encrypted.
  public static func write(
    _ request: ExportRequest, from store: any TenantStore, for recipient: Recipient?, to out: String,
    accept: @escaping (String) throws -> Void, progress: @escaping (String) -> Void
  ) throws -> PackageFile {
    let isFolder = isFolder(out)
    guard isFolder || !out.hasSuffix("/") else { throw PortabilityError.file(path: out, act: "open", errno: ENOENT) }
    var out = out
    while out.count > 1 && out.hasSuffix("/") { out.removeLast() }
    let spoolFolder = isFolder ? out : folder(of: out)
    let unfinished =
      try isFolder
      ? Remainders.clear(out, but: { try recipient == nil && !Checkpoints(beside: $0, of: request.signature).interrupted.isEmpty }) {
        progress("removed \($0), which an export that was interrupted left")
      } : out + OutputFile.ending
    // A file's name is looked at before the work, not after it.
    if !isFolder { try accept(out) }
    let writer = PackageWriter(request, from: store, spoolFolder: spoolFolder, progress: progress)
    guard let recipient else {
      // In a folder the name is known last, and another export may be there at the same time.
      let temporary = unfinished ?? "\(out)/teruggave-\(UInt64.random(in: 0 ... .max)).zip\(OutputFile.ending)"
      let file = try isFolder ? OutputFile(until: temporary) : OutputFile(path: out, keeping: true)
      let checkpoints = try Checkpoints(beside: temporary, of: request.signature)
      let summary: ExportSummary
      do {
        summary = try writer.write(to: .file(file, checkpoints))
      } catch {
        // A database that went away comes back.
        if case PortabilityError.store = error, checkpoints.isNoted {
          file.leave()
          progress("\(temporary) stays: the same export goes on from there, today")
        } else {
          try checkpoints.remove()
        }
        throw error
      }
      let path = isFolder ? "\(out)/\(summary.name).zip" : out
      if isFolder { try accept(path) }
      try file.measure()
      try checkpoints.remove()
      let sha256 = file.digest.hex
      // An export that was killed before its statement stood beside it has left this package, byte for byte.
      let isThere = isFolder && (try? FileDigest.sha256(of: path)) == sha256
      if !isThere { try file.finish(as: path) }
      return PackageFile(
        path: path, size: file.size, sha256: sha256, archiveSize: file.size, archiveSHA256: sha256, recipient: nil, summary: summary)
    }
    if let unfinished { try NoteFile.remove(unfinished + Checkpoints.ending) }
    var output = isFolder ? nil : try OutputFile(path: out)
    var encryption: Encryption?
    var archive = (size: Int64(0), digest: Digest())
    let summary = try writer.write(
      to: .stream { name in
        let path = "\(out)/\(name).zip\(recipient.ending)"
        if isFolder { try accept(path) }
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
    try output.finish()
    return PackageFile(
      path: output.path, size: output.size, sha256: output.digest.hex, archiveSize: archive.size, archiveSHA256: archive.digest.hex,
      recipient: recipient.name, summary: summary)
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
