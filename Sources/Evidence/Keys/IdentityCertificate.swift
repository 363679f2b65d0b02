internal import Crypto
internal import Foundation
internal import SwiftASN1
internal import X509

/// An X.509 certificate of an issuer: the root, or the yearly signing certificate.
public struct IdentityCertificate: Sendable {
  /// The certificate as DER.
  public let der: [UInt8]
  /// Its P-256 key.
  public let publicKey: P256PublicKey
  let parsed: X509.Certificate

  /// Reads DER. Only P-256 keys are ours.
  public init(der: [UInt8]) throws(EvidenceError) {
    do {
      try self.init(try X509.Certificate(derEncoded: der), der: der)
    } catch let error as EvidenceError {
      throw error
    } catch {
      throw .malformed(what: "X.509 certificate", problem: "not a DER certificate")
    }
  }

  /// Reads one PEM certificate.
  public init(pem: String) throws(EvidenceError) {
    let der: [UInt8]
    do {
      der = try PEMDocument(pemString: pem).derBytes
    } catch {
      throw .malformed(what: "X.509 certificate", problem: "not one PEM certificate")
    }
    try self.init(der: der)
  }

  init(_ parsed: X509.Certificate, der: [UInt8]) throws(EvidenceError) {
    guard let key = P256.Signing.PublicKey(parsed.publicKey) else {
      throw .malformed(what: "X.509 certificate", problem: "its key is not P-256")
    }
    self.parsed = parsed
    self.der = der
    publicKey = P256PublicKey(key)
  }

  /// The certificate as PEM.
  public var pem: String { PEMDocument(type: "CERTIFICATE", derBytes: der).pemString + "\n" }

  /// SHA-256 of the DER, the JWS header `x5t#S256`.
  public var fingerprint: Hash { Hash(of: der) }

  /// The first second at which it is valid.
  public var notBefore: Moment { Moment(seconds: Int64(parsed.notValidBefore.timeIntervalSince1970)) }

  /// The last second at which it is valid.
  public var notAfter: Moment { Moment(seconds: Int64(parsed.notValidAfter.timeIntervalSince1970)) }

  /// The organisation identifier of its subject, as in `NTRNL-12345678`.
  public var organizationIdentifier: String? {
    parsed.subject.flatMap(\.self).first { $0.type == Self.organizationIdentifierType }.flatMap { String($0.value) }
  }

  /// id-at-organizationIdentifier, 2.5.4.97.
  static let organizationIdentifierType: ASN1ObjectIdentifier = [2, 5, 4, 97]
  /// RFC 9336: id-kp-documentSigning.
  static let documentSigning: ASN1ObjectIdentifier = [1, 3, 6, 1, 5, 5, 7, 3, 36]
}

extension IdentityCertificate {
  /// Checks that this root issued the leaf, that both were valid at a moment, and that the root may issue at all.
  public func verifyChain(of leaf: IdentityCertificate, at moment: Moment) throws(EvidenceError) {
    guard leaf.parsed.issuer == parsed.subject, parsed.publicKey.isValidSignature(leaf.parsed.signature, for: leaf.parsed) else {
      throw .refused(what: "chain", reason: "the signing certificate was not issued by the trusted root")
    }
    guard parsed.issuer != parsed.subject || parsed.publicKey.isValidSignature(parsed.signature, for: parsed) else {
      throw .refused(what: "chain", reason: "the root's own signature does not hold")
    }
    do {
      guard case .isCertificateAuthority? = try parsed.extensions.basicConstraints, try parsed.extensions.keyUsage?.keyCertSign == true
      else {
        throw EvidenceError.refused(what: "chain", reason: "the trusted root is not a certificate authority")
      }
    } catch let error as EvidenceError {
      throw error
    } catch {
      throw .refused(what: "chain", reason: "the trusted root has unreadable extensions")
    }
    for (name, certificate) in [("signing certificate", leaf), ("root", self)] {
      guard certificate.notBefore <= moment, moment <= certificate.notAfter else {
        throw .refused(
          what: "chain",
          reason: "the \(name) is valid from \(certificate.notBefore) to \(certificate.notAfter), the log entry is of \(moment)")
      }
    }
  }

  /// Checks that this is a certificate for signing documents and nothing else.
  public func verifyDocumentSigning() throws(EvidenceError) {
    do {
      let usages = try parsed.extensions.extendedKeyUsage.map(Array.init) ?? []
      guard usages == [.init(oid: Self.documentSigning)] else {
        throw EvidenceError.refused(what: "key usage", reason: "the extended key usage is not documentSigning (1.3.6.1.5.5.7.3.36) alone")
      }
      guard try parsed.extensions.keyUsage?.digitalSignature == true else {
        throw EvidenceError.refused(what: "key usage", reason: "the key may not make digital signatures")
      }
      if case .isCertificateAuthority? = try parsed.extensions.basicConstraints {
        throw EvidenceError.refused(what: "key usage", reason: "a certificate authority may not sign documents")
      }
    } catch let error as EvidenceError {
      throw error
    } catch {
      throw .refused(what: "key usage", reason: "unreadable extensions")
    }
  }
}

extension IdentityCertificate: Hashable {
  /// Equal when the DER is.
  public static func == (left: IdentityCertificate, right: IdentityCertificate) -> Bool { left.der == right.der }
  /// Hashes the DER.
  public func hash(into hasher: inout Hasher) { hasher.combine(der) }
}
