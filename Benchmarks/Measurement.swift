import Foundation

/// One comparison: how long Wis takes and how long the engine takes by itself, in the same run on the same data.
struct Measurement {
  let what: String
  let wis: Duration
  let engine: Duration
  /// What the ratio should not exceed; nil when it is only told.
  let target: Double?
  var note = ""

  var ratio: Double { wis / engine }

  /// A row of a Markdown table.
  var row: String {
    let verdict = target.map { ratio <= $0 ? "yes" : "**no**" } ?? "–"
    return
      "| \(what) | \(Self.text(wis)) | \(Self.text(engine)) | \(Self.text(ratio)) | \(target.map(Self.text) ?? "–") | \(verdict) | \(note) |"
  }

  static func text(_ duration: Duration) -> String { "\(text(duration / .milliseconds(1))) ms" }

  static func text(_ number: Double) -> String { String(format: number < 10 ? "%.2f" : "%.0f", number) }

  /// The median of three runs.
  static func median(_ body: () throws -> Void) rethrows -> Duration {
    try (0..<3).map { _ in try ContinuousClock().measure(body) }.sorted()[1]
  }

  /// The most memory this process ever used, in MiB, by the kernel's own count.
  static func peakMemory() throws -> Double {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    return (line.split(separator: " ").compactMap { Double($0) }.first ?? .nan) / 1024
  }
}
