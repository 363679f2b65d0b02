internal import Crypto
internal import Foundation
internal import SwiftASN1
internal import X509

/// A key together with the certificate that says whose it is.
public struct Identity {
  /// The certificate.
  public let certificate: IdentityCertificate
  /// Signs with its key.
  public let signer: Signer

  /// Joins a certificate and a signer, which must belong together.
  public init(certificate: IdentityCertificate, signer: Signer) throws(EvidenceError) {
    guard certificate.publicKey == signer.publicKey else {
      throw .refused(what: "identity", reason: "the key is not the one in the certificate")
    }
    self.certificate = certificate
    self.signer = signer
  }

  /// Refuses to sign at a moment at which nobody would believe the signature.
  public func requireValidity(at moment: Moment) throws(EvidenceError) {
    guard certificate.notBefore <= moment, moment <= certificate.notAfter else {
      throw .key(
        path: "signing.pem", problem: "is valid from \(certificate.notBefore) to \(certificate.notAfter)", remedy: "run: wis key rotate")
    }
  }
}

/// The issuer's root: it signs signing certificates and key manifests, and stays offline otherwise.
public struct IssuerRoot {
  /// The key and its self-signed certificate.
  public let identity: Identity
  private let key: SigningKey

  /// Loads a root from its key and certificate.
  public init(key: SigningKey, certificate: IdentityCertificate) throws(EvidenceError) {
    identity = try Identity(certificate: certificate, signer: key.signer)
    self.key = key
  }

  /// Makes a self-signed root for a legal person, valid for some years (20 unless told otherwise).
  public init(of person: LegalPerson, key: SigningKey = SigningKey(), from start: Moment, years: Int64 = 20) throws(EvidenceError) {
    let name = try Self.name(person, role: "Issuer Root")
    let certificate = try Self.issue(
      key.publicKey, name, by: key, name, from: start, years: years
    ) {
      Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
      Critical(KeyUsage(keyCertSign: true, cRLSign: true))
      SubjectKeyIdentifier(keyIdentifier: ArraySlice(Self.identifier(key.publicKey)))
    }
    try self.init(key: key, certificate: certificate)
  }

  /// Issues the yearly signing certificate: document signing and nothing else.
  public func issue(
    _ publicKey: P256PublicKey, to person: LegalPerson, from start: Moment, years: Int64 = 1
  ) throws(EvidenceError) -> IdentityCertificate {
    try Self.issue(
      publicKey, try Self.name(person, role: "Signing"), by: key, identity.certificate.parsed.subject, from: start, years: years
    ) {
      Critical(BasicConstraints.notCertificateAuthority)
      Critical(KeyUsage(digitalSignature: true))
      try ExtendedKeyUsage([.init(oid: IdentityCertificate.documentSigning)])
      SubjectKeyIdentifier(keyIdentifier: ArraySlice(Self.identifier(publicKey)))
      AuthorityKeyIdentifier(keyIdentifier: ArraySlice(Self.identifier(key.publicKey)))
    }
  }

  private static func name(_ person: LegalPerson, role: String) throws(EvidenceError) -> DistinguishedName {
    do {
      return try DistinguishedName {
        CountryName("NL")
        OrganizationName(person.name.text)
        OrganizationIdentifier(person)
        CommonName("\(person.name.text) \(role)")
      }
    } catch {
      throw .malformed(what: "X.509 name", problem: "the name of the legal person does not fit")
    }
  }

  private static func issue(
    _ publicKey: P256PublicKey, _ subject: DistinguishedName, by key: SigningKey, _ issuer: DistinguishedName,
    from start: Moment, years: Int64, @ExtensionsBuilder extensions: () throws -> Result<X509.Certificate.Extensions, any Error>
  ) throws(EvidenceError) -> IdentityCertificate {
    do {
      let parsed = try X509.Certificate(
        version: .v3, serialNumber: .init(), publicKey: .init(try P256.Signing.PublicKey(rawRepresentation: publicKey.coordinates)),
        notValidBefore: Date(timeIntervalSince1970: Double(start.seconds)),
        notValidAfter: Date(timeIntervalSince1970: Double(start.seconds + years * 366 * 86_400)),
        issuer: issuer, subject: subject, signatureAlgorithm: .ecdsaWithSHA256, extensions: try extensions().get(),
        issuerPrivateKey: .init(key.key))
      var serializer = DER.Serializer()
      try serializer.serialize(parsed)
      return try IdentityCertificate(der: serializer.serializedBytes)
    } catch {
      throw .refused(what: "X.509 certificate", reason: "it could not be made")
    }
  }

  /// RFC 7093 section 2, method 1: the leftmost 160 bits of a SHA-256.
  private static func identifier(_ key: P256PublicKey) -> [UInt8] {
    Array(Hash(of: [0x04] + key.coordinates).bytes.prefix(20))
  }
}

/// ETSI EN 319 412-3: the legal person's registration, in the certificate's subject.
private struct OrganizationIdentifier: RelativeDistinguishedNameConvertible {
  let person: LegalPerson

  init(_ person: LegalPerson) { self.person = person }

  func makeRDN() throws -> RelativeDistinguishedName {
    RelativeDistinguishedName(
      RelativeDistinguishedName.Attribute(type: IdentityCertificate.organizationIdentifierType, utf8String: person.organizationIdentifier))
  }
}
