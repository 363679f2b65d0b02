/// The *verklaring van vernietiging*: a specific, falsifiable claim about what was erased where, how it was checked, and where the claim ends.
///
/// It holds no personal data, by the types it is made of. Completeness and limits are computed, never given. A whole example,
/// in canonical form but for the line breaks:
/// ```json
/// {"agreement":{"clauses":["3","11.2"],"name":"Verwerkersovereenkomst ClockAssist","version":"2024-01"},
///  "anchor":{"root":"9f2c…","size":14},
///  "approval":[{"at":"2026-11-20T09:00:00Z","role":"privacy officer"}],
///  "basis":{"ground":"GDPR art. 5(1)(e)","kind":"rule","policy":{"sha256":"77aa…","version":"3"},
///           "rules":[{"clause":"3","rule":"hours-seven-years"}]},
///  "completeness":"partial",
///  "controller":{"kvk":"87654321","name":"Bakkerij Jansen B.V."},
///  "execution":{"agent":"wis 1.0.0","build":"c0de…","finished":"2026-11-21T02:14:09Z","node":"node-3","run":"R-41",
///               "started":"2026-11-21T02:00:00Z"},
///  "id":"VN-7K3QX9D2M5W8RJ0T4ZB6CHNYFE",
///  "issuer":{"kvk":"12345678","name":"Voorbeeld Hosting B.V."},
///  "limits":[{"code":"L1","en":"…","nl":"…"}],
///  "log":"log.example.nl/vernietiging",
///  "methods":[{"place":"rows","status":"done","technique":"delete"},
///             {"location":"nl-rtm-2","place":"backups","status":"pending","technique":"expire","until":"2026-12-21"}],
///  "plan":"5eed…",
///  "salt":"00ff…",
///  "scope":{"excluded":[{"reason":"duty","records":"<10","table":"payslip","until":"2031-01-01"}],"location":"nl-ams-1",
///           "period":{"from":"2015-01-01","until":"2018-12-31"},"store":"postgresql","subjects":"ab12…",
///           "tables":[{"category":"hours","erased":1204,"reduced":0,"restricted":0,"sensitivity":"ordinary","table":"public.hours"}]},
///  "type":"verklaring-van-vernietiging","v":1,
///  "verification":[{"covered":{"of":1204,"seen":1204,"unit":"records"},"evidence":"d1ce…","hits":0,"kind":"requery",
///                   "probes":1204,"result":"passed"}]}
/// ```
public struct Certificate: Hashable, Sendable {
  /// The version of this document's form.
  public static let version: Int64 = 1
  /// The name of this document's form.
  public static let type = "verklaring-van-vernietiging"

  /// Its name; knowing it is the right to look it up.
  public let id: CertificateID
  /// The origin of the log that holds it.
  public let log: Label
  /// The last checkpoint published before issue: it cannot be older than that.
  public let anchor: Anchor
  /// Who says this.
  public let issuer: LegalPerson
  /// For whom the data was kept.
  public let controller: LegalPerson
  /// The agreement that was carried out.
  public let agreement: AgreementReference
  /// Why the data had to go.
  public let basis: Basis
  /// The hash of the plan that was applied.
  public let plan: Hash
  /// Who approved that plan, by role.
  public let approval: [Approval]
  /// What was erased, and what was not.
  public let scope: Scope
  /// When, by which program, in which run.
  public let execution: Execution
  /// What was done at each place where a copy can exist.
  public let methods: [Method]
  /// How it was checked.
  public let verification: [Check]
  /// Hides the certificate behind its hash.
  public let salt: Hash
  /// The earlier certificate that this one completes, or whose erasure a restored backup had undone.
  public let follows: CertificateID?

  /// A certificate of what happened.
  public init(
    id: CertificateID, log: Label, anchor: Anchor, issuer: LegalPerson, controller: LegalPerson, agreement: AgreementReference,
    basis: Basis, plan: Hash, approval: [Approval], scope: Scope, execution: Execution, methods: [Method], verification: [Check],
    salt: Hash, follows: CertificateID? = nil
  ) throws(EvidenceError) {
    guard methods.contains(where: { $0.place == .rows }) else {
      throw .unexpected(path: "$.methods", expected: "a row for the live rows", found: "none")
    }
    guard basis.kind != .restore || follows != nil else {
      throw .unexpected(path: "$.follows", expected: "the certificate of the erasure that was undone", found: "nothing")
    }
    self.id = id
    self.log = log
    self.anchor = anchor
    self.issuer = issuer
    self.controller = controller
    self.agreement = agreement
    self.basis = basis
    self.plan = plan
    self.approval = approval
    self.scope = scope
    self.execution = execution
    self.methods = methods
    self.verification = verification
    self.salt = salt
    self.follows = follows
  }
}
