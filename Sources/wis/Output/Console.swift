import ArgumentParser
import Evidence
import Foundation

/// Where text for people and for programs goes: answers to standard output, everything else to standard error.
enum Console {
  /// Writes an answer.
  static func answer(_ text: String) { write(text + "\n", to: .standardOutput) }

  /// Writes one JSON document as the answer.
  static func answer(_ json: JSONValue) throws { answer(try json.canonicalText()) }

  /// Writes a line that is no answer.
  static func note(_ text: String) { write(text + "\n", to: .standardError) }

  /// Tells an error in one line and says how the command ends.
  static func tell(_ error: any Error) -> ExitStatus {
    let code = Wis.exitCode(for: error)
    if code == .success {
      answer(Wis.fullMessage(for: error))
      return .done
    }
    let told = Complaining.about(error)
    if !told.lines.isEmpty { note(told.lines.map { "error: \($0)" }.joined(separator: "\n")) }
    return told.status
  }

  private static func write(_ text: String, to handle: FileHandle) {
    do {
      try handle.write(contentsOf: Data(text.utf8))
    } catch {
      // Nobody listens any more (a closed pipe): there is nobody to tell either.
      Foundation.exit(ExitStatus.notDone.rawValue)
    }
  }
}
