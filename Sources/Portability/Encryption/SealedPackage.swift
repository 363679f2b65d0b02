/// A package that only a key made for it alone opens.
public enum SealedPackage {
  /// Writes what is in it to a new file.
  public static func open(_ path: String, with identity: String, to out: String) throws {
    let reader = try ArchiveSource(path: path, identity: identity).open()
    let file = try OutputFile(path: out)
    while true {
      let bytes = try reader.upTo(1 << 16)
      if bytes.isEmpty { break }
      try file.write(bytes)
    }
    try file.finish()
  }
}
