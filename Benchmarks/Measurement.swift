import Foundation

/// One comparison: how long Wis takes and how long the engine takes by itself, in the same run on the same data.
struct Measurement {
  let what: String
  /// The rounds, of which the median counts. Wis and the engine took turns, so that noise met both.
  let rounds: [(wis: Duration, engine: Duration)]
  /// What the ratio should not exceed; nil when it is only told.
  let target: Double?
  var note = ""

  var wis: Duration { Self.median(rounds.map(\.wis)) }
  var engine: Duration { Self.median(rounds.map(\.engine)) }
  var ratio: Double { wis / engine }

  /// A row of a Markdown table.
  var row: String {
    let verdict = target.map { ratio <= $0 ? "yes" : "**no**" } ?? "–"
    return
      "| \(what) | \(Self.text(wis)) | \(Self.text(engine)) | \(Self.text(ratio)) | \(target.map(Self.text) ?? "–") | \(verdict) | \(note) |"
  }

  static func text(_ duration: Duration) -> String { "\(text(duration / .milliseconds(1))) ms" }

  static func text(_ number: Double) -> String { String(format: number < 10 ? "%.2f" : "%.0f", number) }

  static func median(_ times: [Duration]) -> Duration { times.sorted()[times.count / 2] }

  static func time(_ body: () throws -> Void) rethrows -> Duration { try ContinuousClock().measure(body) }

  /// The most memory this process ever used, in MiB, by the kernel's own count.
  static func peakMemory() throws -> Double {
    try value(of: "VmHWM:", in: "/proc/self/status") / 1024
  }

  /// The number after a name in one of the kernel's files.
  static func value(of name: String, in path: String) throws -> Double {
    let line = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").first { $0.hasPrefix(name) } ?? ""
    return line.split(whereSeparator: { $0 == " " || $0 == "\t" }).compactMap { Double($0) }.first ?? .nan
  }
}
