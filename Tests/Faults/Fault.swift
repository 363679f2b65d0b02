import Foundation
import PostgreSQL
import Testing

/// Something that befalls a run.
enum Fault: CustomStringConvertible {
  /// The process dies when it is about to make a call.
  case killAt(Call)
  /// A call fails, and when it lasts every later one of that name too.
  case error(String, Call, lasts: Bool)
  /// The process dies at some time, told as a share of the time that an undisturbed run takes.
  case killAfter(Double)
  /// No file can grow beyond this many kibibytes: the last write is cut short.
  case noRoom(kibibytes: Int)
  /// Something happens while the run stands still at a call.
  case meanwhile(Act, Call)
  /// Two agents begin at the same time.
  case together

  var description: String {
    switch self {
    case .killAt(let call): "killed at \(call)"
    case .error(let name, let call, let lasts): "\(name) at \(call)\(lasts ? " and from then on" : "")"
    case .killAfter(let share): "killed after \(share) of the time"
    case .noRoom(let kibibytes): "no file beyond \(kibibytes) KiB"
    case .meanwhile(let act, let call): "\(act) at \(call)"
    case .together: "two agents together"
    }
  }

  /// Whether nothing can be written any more, not even to standard error.
  var silences: Bool {
    if case .error(_, let call, lasts: true) = self { call.name == "write" } else { false }
  }

  /// Runs the agent with this fault; answers what came of it, and whether the fault took place. It need not: a run that goes
  /// on makes fewer calls, and how rows fall into batches follows the clock.
  func strike(_ copy: Trial.Copy, _ world: World) throws -> (outcomes: [Wis.Outcome], wasHit: Bool) {
    let trace = Trace(path: "\(copy.node.folder)/trace")
    switch self {
    case .killAt(let call):
      let outcome = try copy.run(through: trace.command(["\(call.name):signal=SIGKILL:when=\(call.number)"]))
      return ([outcome], outcome.exit == -SIGKILL)
    case .error(let error, let call, let lasts):
      let outcome = try copy.run(through: trace.command(["\(call.name):error=\(error):when=\(call.number)\(lasts ? "+" : "")"]))
      return ([outcome], trace.lines.contains { $0.contains("(INJECTED)") })
    case .killAfter(let share):
      let running = try copy.start()
      usleep(UInt32(share * world.seconds * 1_000_000))
      running.kill()
      let outcome = running.wait()
      return ([outcome], outcome.exit == -SIGKILL)
    case .noRoom(let kibibytes):
      let outcome = try copy.run(through: ["/bin/bash", "-c", "trap '' XFSZ; ulimit -f \(kibibytes); exec \"$@\"", "-"])
      return ([outcome], outcome.exit != world.end.exit)
    case .meanwhile(let act, let call):
      let running = try copy.start(through: trace.command(["\(call.name):signal=SIGSTOP:when=\(call.number)"]))
      guard let process = trace.waitUntilStopped(running) else { return ([running.wait()], false) }
      return (try act.happen(to: copy, running, trace) { kill(process, SIGCONT) }, true)
    case .together:
      let first = try copy.start()
      let second = try Wis.start(["run", "--config", copy.node.config], in: copy.node.folder)
      return ([first.wait(), second.wait()], true)
    }
  }
}
