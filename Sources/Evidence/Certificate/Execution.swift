/// When it was done, by which program, in which run on which node.
public struct Execution: Hashable, Sendable {
  /// The first second.
  public let started: Moment
  /// The last second.
  public let finished: Moment
  /// The program and its version.
  public let agent: Label
  /// The hash of the program's file.
  public let build: Hash
  /// The run.
  public let run: Label
  /// The node.
  public let node: Label

  /// An execution.
  public init(started: Moment, finished: Moment, agent: Label, build: Hash, run: Label, node: Label) throws(EvidenceError) {
    guard started <= finished else { throw .unexpected(path: "$.execution", expected: "a start before the end", found: "the reverse") }
    self.started = started
    self.finished = finished
    self.agent = agent
    self.build = build
    self.run = run
    self.node = node
  }

  init(_ node: JSONNode) throws(EvidenceError) {
    try node.requireMembers(["started", "finished", "agent", "build", "run", "node"])
    try self.init(
      started: try node["started"].parsed(Moment.init), finished: try node["finished"].parsed(Moment.init),
      agent: try node["agent"].parsed(Label.init), build: try node["build"].parsed(Hash.init(hex:)),
      run: try node["run"].parsed(Label.init), node: try node["node"].parsed(Label.init))
  }

  var json: JSONValue {
    [
      "started": .string(started.description), "finished": .string(finished.description), "agent": .string(agent.text),
      "build": .string(build.hex), "run": .string(run.text), "node": .string(node.text),
    ]
  }
}
