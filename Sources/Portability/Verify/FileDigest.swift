/// The SHA-256 of files of any size.
public enum FileDigest {
  /// Reads a file to its end: 64 lower-case hexadecimal digits.
  public static func sha256(of path: String) throws -> String {
    let file = try InputFile(path: path)
    var digest = Digest()
    while true {
      let bytes = try file.read()
      if bytes.isEmpty { return digest.hex }
      digest.update(bytes)
    }
  }
}
