import Evidence
import Foundation

/// The openings of certificates, from their making until they are handed to the controller. One that is handed over is gone here.
public struct Openings {
  private let folder: String

  /// The openings of a node.
  public init(of node: Node) { folder = "\(node.home)/openings" }

  private func path(_ name: String) -> String { "\(folder)/\(name).json" }

  private static func waiting(_ run: Int64) -> String { "run-\(run)" }

  /// Keeps the opening for a certificate of a run that is about to be issued. Doing it again replaces it.
  func keep(_ opening: CommitmentOpening, of run: Int64) throws(EvidenceError) {
    try DurableFile.makeFolder(folder, mode: 0o700)
    try DurableFile.write(Array(try opening.json.canonical()), to: path(Self.waiting(run)), mode: 0o600)
  }

  /// Gives the opening of a run the name of the certificate that was issued. Doing it again changes nothing.
  func settle(run: Int64, as certificate: String) throws {
    let waiting = path(Self.waiting(run))
    guard FileManager.default.fileExists(atPath: waiting) else { return }
    try DurableFile.write(try DurableFile.read(waiting), to: path(certificate), mode: 0o600)
    try remove(waiting)
  }

  /// Moves the opening of a certificate into a new file, which only its owner can read, and destroys it here.
  public func handOver(_ certificate: String, to file: String) throws {
    let kept = path(certificate)
    guard FileManager.default.fileExists(atPath: kept) else { throw AgentError.noOpening(certificate) }
    try DurableFile.create(try DurableFile.read(kept), at: file, mode: 0o600)
    try remove(kept)
  }

  private func remove(_ path: String) throws {
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      throw AgentError.file(path: path, problem: "could not be removed; remove it by hand")
    }
    try DurableFile.synchronizeFolder(folder)
  }
}
