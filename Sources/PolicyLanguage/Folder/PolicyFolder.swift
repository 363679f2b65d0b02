import Retention

/// The policies folder: `agreements/`, `maps/` and `statutory/`, each file named after what it holds.
///
/// Files are read by the closure, once each; the complaints of all of them are kept together.
final class PolicyFolder {
  private let path: String
  private let readFile: (String) throws -> String
  private var agreements: [String: PolicyFile<Agreement>?] = [:]
  private var maps: [String: PolicyFile<DataMap>?] = [:]
  private var libraries: [String: PolicyFile<StatutoryLibrary>?] = [:]
  private(set) var errors: [Complaint] = []
  private(set) var unreadable: [(path: String, reason: String)] = []

  init(path: String, read: @escaping (String) throws -> String) {
    self.path = path
    self.readFile = read
  }

  /// What is doubtful about the files that were read.
  var warnings: [Complaint] {
    agreements.values.flatMap { $0?.warnings ?? [] } + maps.values.flatMap { $0?.warnings ?? [] }
  }

  func library(_ name: String) -> StatutoryLibrary? {
    if let known = libraries[name] { return known?.content }
    let file = load("statutory", name, place: "library") { (text, file) throws(PolicyError) in try StatutoryLibrary.read(text, file: file) }
    libraries[name] = .some(file)
    return file?.content
  }

  func agreement(_ name: String) -> PolicyFile<Agreement>? {
    if let known = agreements[name] { return known }
    let file = load("agreements", name, place: "agreement") { (text, file) throws(PolicyError) in
      try Agreement.read(text, file: file, statutes: self.library)
    }
    agreements[name] = .some(file)
    if let file { check(file.content.name, is: name, file) }
    return file
  }

  func map(_ name: String) -> PolicyFile<DataMap>? {
    if let known = maps[name] { return known }
    let file = load("maps", name, place: "map") { (text, file) throws(PolicyError) in try DataMap.read(text, file: file) }
    maps[name] = .some(file)
    if let file { check(file.content.name, is: name, file) }
    return file
  }

  private func check<Content>(_ name: String, is expected: String, _ file: PolicyFile<Content>) {
    guard name != expected else { return }
    let place = file.places["agreement"] ?? file.places["map"] ?? .start
    errors.append(
      Complaint(
        file: file.file, line: place.line, column: place.column, found: name,
        expected: "the file is named '\(expected).yaml'; give both the same name", warning: nil))
  }

  private func load<Content>(
    _ folder: String, _ name: String, place: String, _ parse: (String, String) throws(PolicyError) -> PolicyFile<Content>
  ) -> PolicyFile<Content>? {
    let file = "\(path)/\(folder)/\(name).yaml"
    let text: String
    do {
      text = try readFile(file)
    } catch {
      unreadable.append((file, "\(error)"))
      return nil
    }
    do throws(PolicyError) {
      return try parse(text, file)
    } catch {
      if case .refused(let complaints) = error { errors += complaints }
      return nil
    }
  }
}
