public import Retention
public import Stores

/// What a look at one tenant's database found, and the plan that follows from it. Looking changes nothing.
public struct Findings {
  /// What the rules say.
  public let decision: TenantDecision
  /// How many records fall into each case.
  public let census: Census
  /// What would be done.
  public let plan: Plan

  /// Looks at a tenant's data as the rules stand on a day, or at what one request is about.
  public init(
    policy: TenantPolicy, store: any TenantStore, today: CivilDate, holds: [Hold], instruction: Instruction? = nil
  ) throws(EnforcementError) {
    do {
      let schema = try store.schema()
      decision = try TenantDecision(policy: policy, schema: schema, today: today, holds: holds, instruction: instruction)
      census = try store.census(of: decision)
    } catch let error as StoreError {
      throw .store(error)
    } catch let error as DecisionError {
      throw .decision(error)
    } catch {
      preconditionFailure("stores and decisions have no other errors")
    }
    plan = Plan(decision: decision, census: census)
  }

  /// Whether something was found that nobody classified or dated: then nothing may be claimed to be complete.
  public var hasGaps: Bool {
    !decision.gaps.isEmpty || plan.totals[.undated, default: 0] + plan.totals[.uncovered, default: 0] > 0
  }
}
