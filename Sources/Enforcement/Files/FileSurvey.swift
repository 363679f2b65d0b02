public import Retention
public import Stores

/// What the rows that a plan is about name below a root, before anything is done.
public struct FileSurvey {
  /// By root, in order.
  public let roots: [Root]

  /// What is named below one root.
  public struct Root {
    /// The name that the data map uses.
    public let name: String
    /// Why the folder cannot be opened; nil when it can.
    public let problem: EnforcementError?
    /// Files that are there.
    public internal(set) var present = 0
    /// Files that are not there.
    public internal(set) var missing = 0
    /// What would not be removed, by why.
    public internal(set) var refused: [FileRefusal: Int] = [:]
    /// Files that could not be removed, or not even looked at.
    public internal(set) var unreachable = 0
    /// Why, in the system's words.
    public internal(set) var reason = ""

    /// How many names the rows give.
    public var named: Int { present + missing + unreachable + refused.values.reduce(0, +) }
  }

  /// Looks at every file that rows of a plan name. Changes nothing.
  public init(of plan: Plan, in store: any TenantStore, own: [String]) throws {
    let opened = FileRoots(plan.fileRoots, of: plan.decision.policy, own: own)
    var roots: [Root] = []
    for name in plan.fileRoots.sorted() {
      var root = Root(name: name, problem: opened.problem(of: name))
      var asked: [String: [MappedTable.Files: Set<Condition>]] = [:]
      for step in plan.steps {
        for files in step.fileColumns(in: plan.decision.policy.map) where files.root == name {
          guard asked[step.table.table.name, default: [:]][files, default: []].insert(step.due).inserted else { continue }
          try store.forEachText(of: .column(files.path), in: step.table, where: step.due) { text in
            if let file = files.file(text) { root.add(opened.look(file)) }
          }
        }
      }
      roots.append(root)
    }
    self.roots = roots
  }
}

extension FileSurvey.Root {
  fileprivate mutating func add(_ found: FileRoot.Found) {
    switch found {
    case .file: present += 1
    case .missing: missing += 1
    case .refused(let refusal): refused[refusal, default: 0] += 1
    case .unreachable(let problem):
      unreachable += 1
      reason = FileRoot.words(problem)
    }
  }
}
