import Evidence
import PolicyLanguage

/// Reads the files of a node and remembers what it read.
enum NodeFiles {
  /// The configuration, with every policy it refers to.
  static func load(_ config: String) throws -> (policy: NodePolicy, digests: [String: String]) {
    let reader = Reader()
    let home = folder(of: config)
    let policy = try NodePolicy.load(
      inventoryAt: config, resolve: { resolved($0, in: home) }, sources: .live, read: reader.text(of:))
    return (policy, reader.digests)
  }

  /// A path, taken from a folder when it is relative.
  static func resolved(_ path: String, in folder: String) -> String {
    path.hasPrefix("/") ? path : "\(folder)/\(path)"
  }

  /// The folder that a path is in.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The text of a file.
  static func text(of path: String) throws(AgentError) -> String {
    let bytes: [UInt8]
    do {
      bytes = try DurableFile.read(path)
    } catch {
      throw .evidence(error)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .file(path: path, problem: "is not UTF-8 text") }
    return text
  }

  private final class Reader {
    private(set) var digests: [String: String] = [:]

    func text(of path: String) throws(UnreadableFile) -> String {
      let text: String
      do {
        text = try NodeFiles.text(of: path)
      } catch .evidence(.file(_, _, let errno)) {
        throw UnreadableFile(description: systemMessage(errno))
      } catch {
        throw UnreadableFile(description: "it is not UTF-8 text")
      }
      digests[path] = Hash(of: text).hex
      return text
    }
  }

  /// Why a file could not be read, in words.
  private struct UnreadableFile: Error, CustomStringConvertible {
    let description: String
  }
}
