import Foundation

/// What was measured so far, told while it is being measured.
struct Report {
  private(set) var measurements: [Measurement] = []
  /// Rows of a Markdown table of things that have a limit of their own.
  private(set) var limits: [String] = []

  mutating func tell(_ measurement: Measurement) {
    measurements.append(measurement)
    say(measurement.row)
  }

  mutating func tell(limit what: String, _ value: String, _ target: String, _ isReached: Bool) {
    limits.append("| \(what) | \(value) | \(target) | \(isReached ? "yes" : "**no**") |")
    say(limits.last ?? "")
  }

  /// Told at once, also into a file.
  private func say(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }
}
