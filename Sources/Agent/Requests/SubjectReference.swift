import Evidence
import Retention
import Stores

/// A person as somebody names one: `bsn=111222333`. Personal data: it is looked up, and never written anywhere.
public struct SubjectReference {
  /// The kind of identifier, as the data map calls it.
  public let kind: String
  let value: String

  /// A person by one identifier.
  init(kind: String, value: String) {
    self.kind = kind
    self.value = value
  }

  /// Reads `KIND=VALUE`; nil when one of the two is missing.
  public init?(_ text: String) {
    guard let sign = text.firstIndex(of: "=") else { return nil }
    kind = String(text[..<sign])
    value = String(text[text.index(after: sign)...])
    guard !kind.isEmpty, value.contains(where: { !$0.isWhitespace }) else { return nil }
  }

  /// How the value may stand in a column. Numbers lose leading zeros where a column holds numbers.
  var forms: [String] {
    let plain = String(value.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    guard kind == "bsn", (1...9).contains(plain.utf8.count), plain.allSatisfy({ $0.isASCII && $0.isNumber }) else { return [plain] }
    let digits = String(repeating: "0", count: 9 - plain.utf8.count) + plain
    return [digits, String(digits.drop { $0 == "0" })].uniqued()
  }
}

extension Node {
  /// The key of the person that an identifier names, in the tenant's table of people.
  func key(of subject: SubjectReference, in tenant: TenantPolicy) throws -> PredicateValue {
    let id = tenant.tenant.id
    guard let people = tenant.map.subject else { throw AgentError.unknownIdentifier(subject.kind, tenant: id, known: []) }
    let columns = people.identifiers.merging(["key": people.key, people.key: people.key]) { own, _ in own }
    guard let column = columns[subject.kind] else {
      throw AgentError.unknownIdentifier(subject.kind, tenant: id, known: columns.keys.sorted())
    }
    let store = try store(of: tenant, access: .look)
    let decision = try TenantDecision(policy: tenant, schema: try store.schema(), today: today(of: tenant), holds: [])
    guard let table = decision.table(people.table) else { throw AgentError.unknownTable(tenant: id, table: people.table) }
    let found = try store.people(
      in: table, where: column, readsAs: subject.forms, ignoringCase: subject.kind == "email", key: people.key)
    guard found.count == 1, let key = found.first else {
      throw AgentError.ambiguousSubject(tenant: id, identifier: subject.kind, isNobody: found.isEmpty)
    }
    return key
  }
}
