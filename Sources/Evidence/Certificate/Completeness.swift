/// How far the destruction got. Computed from what happened, so nobody can claim more.
public enum Completeness: String, CaseIterable, Sendable {
  /// Everything in scope is gone from every place, and was looked for.
  case complete
  /// Something is still to expire, to be attested, to be dated or to be looked at; a later certificate follows.
  case partial
  /// Something that should be gone was found, or could not be erased from the live rows.
  case failed
}

extension Certificate {
  /// Failed when a check found something or the live rows stayed; partial while any place, check or record is open, or a
  /// place is not spoken of. Records kept by a duty or a hold are outside the claim and leave it complete.
  public var completeness: Completeness {
    if verification.contains(where: { $0.result == .failed }) { return .failed }
    if methods.contains(where: { $0.place == .rows && $0.status == .failed }) { return .failed }
    let openPlace = methods.contains { $0.status != .done && $0.status != .notApplicable }
    let places = Set(methods.map(\.place))
    // Only of sub-processors there may be none to speak of.
    let silentPlace = !places.isSuperset(of: Set(Method.Place.allCases).subtracting([.subprocessor]))
    let openCheck = verification.contains { $0.result == .incomplete } || !verification.contains { $0.kind == .requery }
    let openRecord = scope.excluded.contains(where: \.reason.isOpen)
    return openPlace || silentPlace || openCheck || openRecord ? .partial : .complete
  }
}
