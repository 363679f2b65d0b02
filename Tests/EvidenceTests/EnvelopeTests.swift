import Evidence
import Foundation
import Testing

@Suite struct EnvelopeTests {
  @Test func `the example of RFC 7515 A-3 verifies`() throws {
    let jws = try CompactJWS(
      parsing: "eyJhbGciOiJFUzI1NiJ9"
        + ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q")
    let key = try P256PublicKey(
      coordinates: [UInt8](base64URL: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU")
        + [UInt8](base64URL: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"))
    try jws.verify(key)
    #expect(throws: EvidenceError.self) { try jws.verify(SigningKey().publicKey) }
  }

  @Test func `thumbprints are made as RFC 7638 says`() throws {
    // RFC 7638 section 3.1 shows an RSA key: its canonical form and hash exercise the same functions.
    let modulus =
      "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
    let required: JSONValue = ["n": .string(modulus), "kty": "RSA", "e": "AQAB"]
    #expect(try required.digest().bytes.base64URL == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
    let key = SigningKey().publicKey
    #expect(try key.jwk.digest().bytes.base64URL == key.thumbprint)
  }

  @Test(arguments: ["", "a.b", "e30.e30.e30", "e30.e30.AAAA.AAAA", "e30=.e30.AAAA", "..."]) func `what is not a compact JWS is refused`(
    text: String
  ) {
    #expect(throws: EvidenceError.self) { try CompactJWS(parsing: text) }
  }

  @Test func `the header is exactly the specified one`() throws {
    let sample = try Sample()
    let jws = try Sample.certificate(seed: 3).signed(by: sample.identity, at: Sample.logged)
    let leaf = sample.identity.certificate
    #expect(
      String(decoding: jws.header, as: UTF8.self)
        == #"{"alg":"ES256","cty":"application/json","iat":1790100000,"kid":"\#(leaf.publicKey.thumbprint)","typ":"vernietiging+jws","x5c":["\#(leaf.der.base64)"],"x5t#S256":"\#(leaf.fingerprint.bytes.base64URL)"}"#
    )
    let header = try CertificateHeader(bytes: jws.header)
    #expect(header == CertificateHeader(issued: Sample.logged, leaf: leaf))
    #expect(try header.bytes == jws.header)
  }

  @Test func `any other header is refused`() throws {
    let sample = try Sample()
    let good = String(decoding: try CertificateHeader(issued: Sample.logged, leaf: sample.identity.certificate).bytes, as: UTF8.self)
    for (part, other) in [
      ("ES256", "none"), ("ES256", "ES384"), ("application/json", "json"), ("vernietiging+jws", "jwt"), (#""alg""#, #""b64":false,"alg""#),
      (#""x5t#S256":""#, #""x5t#S256":"A"#), (#""kid":""#, #""kid":"A"#), ("1790100000", "\"1790100000\""), ("1790100000", "-1"),
      (#""x5c":["#, #""x5c":["AAAA","#), (#"{"alg""#, #"{ "alg""#),
      (sample.identity.certificate.der.base64, sample.root.identity.certificate.der.base64),
    ] {
      let changed = good.replacingOccurrences(of: part, with: other)
      #expect(changed != good)
      #expect(throws: EvidenceError.self, "\(other)") { try CertificateHeader(bytes: Array(changed.utf8)) }
    }
  }

  @Test func `joserfc and cryptography verify what we sign`() throws {
    let sample = try Sample()
    let jws = try Sample.certificate(seed: 5).signed(by: sample.identity, at: Sample.logged)
    let program = """
      import sys, base64
      from joserfc import jws
      from joserfc.jwk import ECKey
      from cryptography import x509
      from cryptography.hazmat.primitives import serialization
      leaf, root = [x509.load_pem_x509_certificate(p.encode()) for p in sys.argv[1:3]]
      leaf.verify_directly_issued_by(root)
      root.verify_directly_issued_by(root)
      key = ECKey.import_key(leaf.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
      registry = jws.JWSRegistry(strict_check_header=False)
      # Its defaults are for web tokens; a header with a certificate is longer.
      registry.max_header_length = registry.max_payload_length = 65536
      signed = jws.deserialize_compact(sys.stdin.read(), key, algorithms=["ES256"], registry=registry)
      header = signed.headers()
      assert base64.b64decode(header["x5c"][0]) == leaf.public_bytes(serialization.Encoding.DER)
      assert header["kid"] == key.thumbprint(), "thumbprint"
      assert [u.dotted_string for u in leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value] == ["1.3.6.1.5.5.7.3.36"]
      assert leaf.subject.get_attributes_for_oid(x509.ObjectIdentifier("2.5.4.97"))[0].value == "NTRNL-12345678"
      sys.stdout.write(signed.payload.decode())
      """
    let pems = [sample.identity.certificate.pem, sample.root.identity.certificate.pem]
    let answer = try Tool.python(program, pems, input: Array(jws.text.utf8))
    #expect(answer.status == 0)
    #expect(answer.output == String(decoding: jws.payload, as: UTF8.self))
    let end = jws.text.hasSuffix("A") ? "B" : "A"
    #expect(try Tool.python(program, pems, input: Array((String(jws.text.dropLast(4)) + "AAA" + end).utf8)).status != 0)
  }

  @Test func `a signer whose answer does not verify is not believed`() throws {
    let sample = try Sample()
    let other = SigningKey().signer
    let liar = Signer(publicKey: sample.identity.signer.publicKey) { (message) throws(EvidenceError) in try other.sign(message) }
    let identity = try Identity(certificate: sample.identity.certificate, signer: liar)
    #expect(throws: EvidenceError.self) { try Sample.certificate(seed: 1).signed(by: identity, at: Sample.logged) }
    #expect(throws: EvidenceError.self) { try Identity(certificate: sample.identity.certificate, signer: other) }
    #expect(throws: EvidenceError.self) { try Sample.certificate(seed: 1).signed(by: sample.root.identity, at: Sample.logged) }
  }
}
