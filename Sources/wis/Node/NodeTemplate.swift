/// The text of a new node's `wis.yaml`.
enum NodeTemplate {
  /// A configuration without tenants, which explains itself.
  static func text(node: String, issuer: String, kvk: String, origin: String) -> String {
    """
    # One node of Wis. Relative paths are taken from the folder of this file.
    \(head(node: node, issuer: issuer, kvk: kvk, origin: origin))

    # A plan that passes one of these waits for: wis approve. These are the values that hold when nothing is said.
    brakes: {rows: 1000, percent: 10, clock-ahead-days: 45, clock-skew-seconds: 300, plan-valid-days: 7, cooling-off-days: 7}

    # One entry for each customer, or for many of them ('pattern: /srv/tenants/*.db' or 'query:', see the README). Remove the [] and the marks to begin with the example, then: wis doctor
    tenants: []
    #  - id: example
    #    controller: {name: Example Customer B.V., kvk: "12345678"}
    #    agreement: felixx-loon          # a file in policies/agreements
    #    map: loon                       # a file in policies/maps
    #    contract: {started: 2024-01-01} # and 'ended: DATE' when it has ended
    #    store: sqlite:/srv/tenants/example.db   # or postgres:URL
    #    file-roots: {attachments: /srv/tenants/example/files}
    #    # Shorter periods that the controller instructed, with the letter or clause they come from:
    #    # retention:
    #    #   - {rule: log, clause: "letter of 1 May", applies-to: [access-log], keep-for: P6M, counted-from: clock, force: [limit]}
    #    backups: [{name: nightly, kept-for: P30D}]

    """
  }

  /// Who the node is and where its files are.
  static func head(node: String, issuer: String, kvk: String, origin: String) -> String {
    """
    node: \(quoted(node))
    issuer: {name: \(quoted(issuer)), kvk: "\(kvk)"}
    state: state.db
    keys: keys
    trust: trust
    log: {folder: log, origin: \(quoted(origin))}
    policies: policies
    """
  }

  /// A YAML string in double quotes.
  private static func quoted(_ text: String) -> String {
    "\"" + text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
  }
}
