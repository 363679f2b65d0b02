import Evidence
import Portability

/// The program that runs, as certificates name it.
public final class Program {
  /// The version of this source.
  public static let version = "0.1.0"
  private var build: Hash?

  /// The SHA-256 of its file; computed when it is first asked for, because most runs certify nothing.
  func hash() throws -> Hash {
    if let build { return build }
    let hash = try Hash(hex: FileDigest.sha256(of: "/proc/self/exe"))
    build = hash
    return hash
  }
}
