public import Retention

extension Inventory {
  static let keys = ["node", "issuer", "state", "keys", "trust", "log", "policies", "brakes", "notices", "signer", "tenants"]

  /// Reads an inventory.
  ///
  /// `resolve` turns every path of the file into the one to use (against the folder of `wis.yaml`); `statutes` gives the
  /// libraries of the policies folder, which it gets first, already resolved; `sources` looks into the places that tenants
  /// are taken from. Environment variables are not expanded.
  public static func read(
    _ text: String, file: String, resolve: @escaping (String) -> String = { $0 }, sources: TenantSources,
    statutes: @escaping (_ policies: String, _ library: String) -> StatutoryLibrary?
  ) throws(PolicyError) -> PolicyFile<Inventory> {
    let complaints = Complaints(file: file)
    guard let document = Document(text, complaints), let block = Block(document.root, "an inventory", keys: keys) else {
      return try complaints.conclude(nil)
    }
    return try complaints.conclude(Inventory(block, resolve: resolve, sources: sources, statutes: statutes))
  }

  /// The state file that an inventory names, whatever else may be wrong in it.
  public static func state(in text: String, file: String, resolve: (String) -> String) throws(PolicyError) -> String {
    let complaints = Complaints(file: file)
    guard let document = Document(text, complaints), let block = Block(document.root, "an inventory", keys: keys),
      let state = block.required("state", "write the state file")?.text("the state file")
    else { return try complaints.conclude(String?.none).content }
    return resolve(state)
  }

  private init?(
    _ block: Block, resolve: @escaping (String) -> String, sources: TenantSources,
    statutes: @escaping (String, String) -> StatutoryLibrary?
  ) {
    let node = block.required("node", "name the node, as it stands in certificates")?.text("the name of the node")
    let issuer = block.required("issuer", "say who issues certificates, as {name: …, kvk: …}")?.legalPerson("the issuer")
    func path(_ key: String, _ what: String) -> String? {
      block.required(key, "write \(what)")?.text(what).map(resolve)
    }
    let (state, keys, trust) = (path("state", "the state file"), path("keys", "the keys folder"), path("trust", "the trust folder"))
    let log = block.required("log", "write {folder: PATH, origin: NAME}").flatMap { Block($0, "the log", keys: ["folder", "origin"]) }
    let folder = log?.required("folder", "write the folder of the log")?.text("a folder").map(resolve)
    let origin = log?.required("origin", "name the log, as wis.example/log")?.converted(
      "the name of a log without spaces, '+' or line breaks"
    ) {
      $0.contains { $0.isWhitespace || $0 == "+" } ? nil : $0
    }
    let policies = path("policies", "the policies folder")
    let brakes = block.optional("brakes").map { $0.brakes() } ?? .cautious
    let notices = block.optional("notices")?.operatorCommand("notices", that: "delivers a notice")
    let signer = block.optional("signer")?.operatorCommand("signer", that: "signs a digest")
    let list = block.required("tenants", "list the tenants")?.elements("a list of tenants", allowEmpty: true) ?? []
    let libraries: StatuteLibraries = { name in policies.flatMap { statutes($0, name) } }
    let tenants = list.flatMap { entry in
      entry.tenants(from: sources, resolve: resolve).compactMap { $0.tenant(statutes: libraries, resolve: resolve) }
    }
    Self.refuseSharing(tenants)
    FileRootOwners.refuseShared(among: tenants)
    for tenant in tenants { tenant.recordPlaces() }
    guard let node, let issuer, let state, let keys, let trust, let folder, let origin, let policies else { return nil }
    self.init(
      node: node, issuer: issuer, state: state, keys: keys, trust: trust, log: folder, logOrigin: origin, policies: policies,
      brakes: brakes, notices: notices, signer: signer, tenants: tenants.map(\.tenant))
  }

  /// No two tenants have one name, or claim the same rows.
  private static func refuseSharing(_ tenants: [ReadTenant]) {
    var names: [String: ReadTenant] = [:]
    var stores: [StoreLocation: ReadTenant] = [:]
    for later in tenants {
      let tenant = later.tenant
      if let earlier = names.updateValue(later, forKey: tenant.id) {
        later.id.refuse("the tenant stands twice (first in line \(earlier.id.place.line)); give each a name of its own")
      }
      guard let earlier = stores.updateValue(later, forKey: tenant.store), let store = later.block.optional("store") else { continue }
      store.complaints.refuse(
        "…", at: store.place,
        "tenant '\(earlier.tenant.id)' has the same store; tell their rows apart by schema or tenant-column")
    }
  }
}

extension ReadTenant {
  /// Where the tenant's name, files and rules stand, for checks that need the other files.
  fileprivate func recordPlaces() {
    let prefix = "tenants/\(tenant.id)"
    id.complaints.places[prefix] = id.place
    id.complaints.places["\(prefix)/agreement"] = block.optional("agreement")?.place
    id.complaints.places["\(prefix)/level"] = block.optional("level")?.place
    id.complaints.places["\(prefix)/map"] = block.optional("map")?.place
    for read in rules { id.complaints.places["\(prefix)/retention/\(read.rule.name)"] = read.name.place }
  }
}

extension Value {
  fileprivate func brakes() -> Brakes {
    let cautious = Brakes.cautious
    let keys = ["rows", "percent", "clock-ahead-days", "clock-skew-seconds", "plan-valid-days", "cooling-off-days"]
    guard let block = Block(self, "brakes", keys: keys) else { return cautious }
    func number(_ key: String, _ range: ClosedRange<Int>, _ cautious: Int) -> Int {
      block.optional(key)?.integer(key, in: range) ?? cautious
    }
    return Brakes(
      rows: number("rows", 0...1_000_000_000, cautious.rows), percent: number("percent", 0...100, cautious.percent),
      clockAheadDays: number("clock-ahead-days", 0...3650, cautious.clockAheadDays),
      clockSkewSeconds: number("clock-skew-seconds", 0...86_400, cautious.clockSkewSeconds),
      planValidDays: number("plan-valid-days", 1...366, cautious.planValidDays),
      coolingOffDays: number("cooling-off-days", 0...366, cautious.coolingOffDays))
  }
}
