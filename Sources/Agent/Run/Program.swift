public import Evidence

/// The program that runs, as certificates name it.
public struct Program: Sendable {
  /// The version of this source.
  public static let version = "0.1.0"
  /// Its version.
  public let version: String
  /// The SHA-256 of its file.
  public let build: Hash

  /// The program that is running now.
  public init() throws(EvidenceError) {
    version = Self.version
    build = Hash(of: try DurableFile.read("/proc/self/exe"))
  }
}
