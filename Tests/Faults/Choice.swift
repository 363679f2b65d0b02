import Foundation
import TestSupport

/// What follows from a trial's seed: the world, and what befalls its runs.
///
/// Seeds that follow one another take turns with the kinds of faults, and those that concern a call with the calls, so
/// that a few trials already see every kind at every place; the rest is chance.
struct Choice {
  /// Which world.
  let variant: Int
  private let engine: Database.Engine
  private let kind: Int
  private let round: Int
  private var random: SeededRandom

  init(_ trial: Trial) {
    (round, kind) = trial.seed.quotientAndRemainder(dividingBy: 10)
    engine = trial.engine
    random = SeededRandom(seed: UInt64(trial.seed) &* 2 &+ (trial.engine == .sqlite ? 0 : 1))
    let crashes = engine == .postgreSQL && kind == 9
    variant = crashes ? WorldScript.onOwnServer : (round + kind) % (engine == .sqlite ? Worlds.variants : WorldScript.onOwnServer)
  }

  /// What befalls the runs, one after another.
  mutating func faults(of world: World) -> [Fault] {
    switch kind {
    case 0...5:
      let steps = Dictionary(grouping: world.calls, by: \.step).sorted { $0.key < $1.key }.map(\.value)
      let turn = round * 6 + kind
      let first = call(among: steps[turn % steps.count], mayKill: turn / steps.count % 2 == kind % 2)
      return [first] + (0..<[0, 0, 1, 2][roll(4)]).map { _ in call(among: early(world.calls), mayKill: roll(2) == 0) }
    case 6: return (0...roll(3)).map { _ in .killAfter(Double.random(in: 0.2...1, using: &random)) }
    case 7: return [round % 2 == 0 ? .noRoom(kibibytes: 1 + roll(180)) : .together]
    case 8:
      let acts: [Act] = [.stop, .hold, .agent, .lock] + (engine == .postgreSQL ? [.terminate] : [])
      return [meanwhile(acts[round % acts.count], world.calls)]
    default: return [meanwhile(engine == .postgreSQL ? .crash : .lock, world.calls)]
    }
  }

  private mutating func roll(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }

  private mutating func call(among calls: [Call], mayKill: Bool) -> Fault {
    let call = calls[roll(calls.count)]
    return mayKill || call.errors.isEmpty ? .killAt(call) : .error(call.errors[roll(call.errors.count)], call, lasts: roll(3) == 0)
  }

  /// A run that goes on makes fewer calls than one from the beginning.
  private mutating func early(_ calls: [Call]) -> [Call] { Array(calls.prefix(1 + roll(calls.count))) }

  /// What happens while a run stands still happens after it began to erase: before, it would only be a run that begins later.
  private mutating func meanwhile(_ act: Act, _ calls: [Call]) -> Fault {
    let begun = calls.firstIndex { $0.target.hasPrefix("node/run-keys") } ?? 0
    let late = calls[begun...].filter { $0.name != "read" && $0.name != "pread64" }
    return .meanwhile(act, late[late.startIndex + roll(late.count)])
  }
}

extension Call {
  /// What the call is a step of: to write, to make durable, to name, to read, for one target.
  var step: String {
    let verb =
      switch name {
      case "write", "pwrite64", "ftruncate", "sendto": "write"
      case "fsync", "fdatasync": "synchronize"
      case "read", "pread64", "recvfrom": "read"
      default: name
      }
    return "\(target) \(verb)"
  }

  /// How it can fail.
  var errors: [String] {
    switch name {
    case "connect": ["ECONNREFUSED"]
    // libpq takes a failed write for sent and waits for what the server has to say about it: when the connection is truly
    // lost, that ends it. Here it is not, so only reading fails.
    case "sendto": []
    case "recvfrom": ["ECONNRESET"]
    case "read", "pread64": ["EIO"]
    case "openat": ["EIO", "EMFILE", "ENOSPC"]
    case "link", "rename", "unlink": ["EIO"]
    default: ["EIO", "ENOSPC"]
    }
  }
}
