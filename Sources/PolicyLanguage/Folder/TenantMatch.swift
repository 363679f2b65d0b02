import Retention

/// Checks that a tenant's agreement, data map and own rules fit each other.
final class TenantMatch {
  let complaints: Complaints
  /// Complaints about places in other files than the inventory.
  private(set) var elsewhere: [Complaint] = []
  private let inventory: PolicyFile<Inventory>
  private let folder: PolicyFolder

  init(inventory: PolicyFile<Inventory>, folder: PolicyFolder) {
    self.inventory = inventory
    self.folder = folder
    self.complaints = Complaints(file: inventory.file)
  }

  /// The policies of tenants; those of one entry of the inventory differ in nothing that is checked, so one of them is.
  func policies(of tenants: [Tenant]) -> [TenantPolicy] {
    var known: [[String]: TenantPolicy?] = [:]
    return tenants.compactMap { tenant in
      let entry = place("", of: tenant)
      let key = ["\(entry.line):\(entry.column)", tenant.agreement, tenant.map]
      let found = known[key] ?? policy(of: tenant)
      known[key] = .some(found)
      return found.map {
        TenantPolicy(tenant: tenant, agreement: $0.agreement, map: $0.map, rules: $0.rules, statutes: $0.statutes)
      }
    }
  }

  /// The tenant's policy; nil after complaints.
  private func policy(of tenant: Tenant) -> TenantPolicy? {
    let agreement = folder.agreement(tenant.agreement)
    let map = folder.map(tenant.map)
    reportUnreadable(of: tenant)
    guard let agreement, let map else { return nil }
    let rules = agreement.content.retention + tenant.retention
    checkNames(tenant, agreement.content)
    checkLevel(tenant, agreement.content)
    checkShortening(tenant, agreement.content)
    checkCategories(tenant, agreement.content, map)
    for (name, table) in map.content.tables.sorted(by: { $0.key < $1.key }) {
      RuleCoverage(table: table, name: name, map: map.content, rules: rules).problems.forEach { report($0, name, map, tenant) }
    }
    checkFileRoots(tenant, map.content)
    checkUniformTerm(tenant, rules, map.content)
    let grounds = Set(rules.compactMap(\.ground))
    let statutes = grounds.reduce(into: [:]) { statutes, ground in statutes[ground] = statute(ground) }
    return TenantPolicy(tenant: tenant, agreement: agreement.content, map: map.content, rules: rules, statutes: statutes)
  }

  private func statute(_ reference: String) -> Statute? {
    let parts = reference.split(separator: "/", maxSplits: 1).map(String.init)
    guard parts.count == 2, let library = parts.first, let name = parts.last else { return nil }
    return folder.library(library)?.statutes.first { $0.name == name }
  }

  private func place(_ key: String, of tenant: Tenant) -> Place {
    inventory.places["tenants/\(tenant.id)/\(key)"] ?? inventory.places["tenants/\(tenant.id)"] ?? .start
  }

  private func reportUnreadable(of tenant: Tenant) {
    for (key, path) in [("agreement", "/agreements/\(tenant.agreement).yaml"), ("map", "/maps/\(tenant.map).yaml")] {
      guard let failure = folder.unreadable.first(where: { $0.path.hasSuffix(path) }) else { continue }
      let name = key == "agreement" ? tenant.agreement : tenant.map
      complaints.refuse(name, at: place(key, of: tenant), "cannot read \(failure.path): \(failure.reason)")
    }
  }

  private func checkNames(_ tenant: Tenant, _ agreement: Agreement) {
    let taken = Set(agreement.retention.map(\.name))
    for rule in tenant.retention where taken.contains(rule.name) {
      complaints.refuse(
        rule.name, at: place("retention/\(rule.name)", of: tenant),
        "the agreement '\(agreement.name)' has a rule of this name; a tenant adds rules and replaces none: give it a name of its own")
    }
  }

  /// A tenant may ask for more than the agreement promises and never for less.
  private func checkLevel(_ tenant: Tenant, _ agreement: Agreement) {
    guard let level = tenant.level, let promised = agreement.level, level < promised else { return }
    complaints.refuse(
      level.rawValue, at: place("level", of: tenant),
      "the agreement '\(agreement.name)' promises '\(promised.rawValue)', and a tenant may only raise that; leave 'level' out or raise it")
  }

  /// A tenant may lengthen what the law demands and never shorten it.
  private func checkShortening(_ tenant: Tenant, _ agreement: Agreement) {
    for rule in tenant.retention {
      guard case .period(let period, let from) = rule.keeping else { continue }
      for duty in agreement.retention where duty.ground != nil && duty.force.contains(.duty) && duty.scope.overlaps(rule.scope) {
        guard case .period(let least, let leastFrom) = duty.keeping else { continue }
        let spot = place("retention/\(rule.name)", of: tenant)
        let ends = "the statutory duty '\(duty.name)' (\(duty.ground ?? ""), \(least) from \(leastFrom.word))"
        if rule.force.contains(.duty), period.isShorter(than: least) || !from.isNever(before: leastFrom) {
          complaints.refuse(
            rule.name, at: spot,
            "\(period) from \(from.word) is shorter than \(ends); lengthen it, give it other categories, or write force: [limit]")
        } else if rule.force == [.limit], period.isShorter(than: least) {
          complaints.warn(.limitUnderDuty, rule.name, at: spot, "ends before \(ends) of the same data, which is restricted in between")
        }
      }
    }
  }

  private func checkCategories(_ tenant: Tenant, _ agreement: Agreement, _ map: PolicyFile<DataMap>) {
    let used = map.content.categories
    let names = used.map(\.name)
    for rule in tenant.retention {
      guard case .only(let categories) = rule.scope else { continue }
      for category in categories.sorted() where !used.contains(category) {
        complaints.refuse(
          category.name, at: place("retention/\(rule.name)", of: tenant),
          "the data map '\(tenant.map)' has no such category, so the rule would do nothing\(Spelling.hint(for: category.name, among: names))"
        )
      }
    }
    for rule in agreement.retention {
      guard case .only(let categories) = rule.scope else { continue }
      for category in categories.sorted() where !used.contains(category) {
        complaints.warn(
          .unusedCategory, category.name, at: place("map", of: tenant),
          "the rule '\(rule.name)' of the agreement speaks of it and the data map has none\(Spelling.hint(for: category.name, among: names))"
        )
      }
    }
    guard !agreement.categories.isEmpty else { return }
    for category in used.subtracting(agreement.categories).sorted() {
      complaints.warn(
        .annexGap, category.name, at: place("map", of: tenant),
        "the data map has this category and the annex of '\(agreement.name)' does not name it; have the annex amended or the data removed")
    }
  }

  /// Rows that name files must not be erased without them.
  private func checkFileRoots(_ tenant: Tenant, _ map: DataMap) {
    let used = Set(map.tables.values.flatMap(\.files).map(\.root))
    for root in used.sorted() where tenant.fileRoots[root] == nil {
      complaints.refuse(
        tenant.id, at: place("map", of: tenant),
        "the data map '\(tenant.map)' names files below the root '\(root)'; add file-roots: {\(root): FOLDER} to the tenant"
          + Spelling.hint(for: root, among: tenant.fileRoots.keys))
    }
  }

  private func checkUniformTerm(_ tenant: Tenant, _ rules: [RetentionRule], _ map: DataMap) {
    for finding in UniformTerm.findings(in: rules, categories: map.categories.sorted()) {
      complaints.warn(
        .uniformTerm, finding.rule.name, at: place("agreement", of: tenant), UniformTerm.message(finding.categories))
    }
  }

  private func report(_ problem: String, _ table: String, _ map: PolicyFile<DataMap>, _ tenant: Tenant) {
    let place = map.places["tables/\(table)"] ?? .start
    elsewhere.append(
      Complaint(
        file: map.file, line: place.line, column: place.column, found: table, expected: "\(problem) (tenant '\(tenant.id)')", warning: nil))
  }
}

extension DataMap {
  /// Every kind of personal data that the map names.
  var categories: Set<Category> {
    let named = tables.values.flatMap { table in
      [table.category] + table.variants.map(\.category) + table.columns.values.compactMap(\.category)
    }
    return Set(named).subtracting([.impersonal])
  }
}
