/// A text with signature lines: C2SP signed-note, https://c2sp.org/signed-note.
///
/// ```
/// This is an example message.
///
/// — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
/// ```
public struct SignedNote: Hashable, Sendable {
  /// One signature line.
  public struct Signature: Hashable, Sendable {
    /// The name of the key.
    public let name: String
    /// The first four bytes of the key's hash.
    public let keyID: UInt32
    /// What the key made of the text.
    public let bytes: [UInt8]

    /// A signature line.
    public init(name: String, keyID: UInt32, bytes: [UInt8]) {
      self.name = name
      self.keyID = keyID
      self.bytes = bytes
    }

    fileprivate var line: String {
      let id = withBigEndianBytes(keyID)
      return "\u{2014} \(name) \((id + bytes).base64)\n"
    }
  }

  /// The signed text, ending in a newline.
  public let text: String
  /// The signature lines in their order.
  public let signatures: [Signature]

  /// A note from its parts.
  public init(text: String, signatures: [Signature]) {
    precondition(text.utf8.last == UInt8(ascii: "\n"), "the text of a note ends in a newline")
    self.text = text
    self.signatures = signatures
  }

  /// Reads a note. What parses is written back as the same bytes.
  public init(parsing serialized: String) throws(EvidenceError) {
    guard serialized.utf8.allSatisfy({ $0 >= 0x20 || $0 == 0x0a }) else { throw Self.malformed("a control character") }
    let lines = serialized.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.last?.isEmpty == true else { throw Self.malformed("the last line does not end in a newline") }
    guard let blank = lines.dropLast().lastIndex(where: \.isEmpty), blank > 0 else {
      throw Self.malformed("no empty line before the signatures")
    }
    text = lines[..<blank].joined(separator: "\n") + "\n"
    var signatures: [Signature] = []
    for line in lines[(blank + 1)...].dropLast() { signatures.append(try Self.signature(line)) }
    guard (1...64).contains(signatures.count) else { throw Self.malformed("expected 1 to 64 signatures, found \(signatures.count)") }
    self.signatures = signatures
    guard Array(self.serialized.utf8) == Array(serialized.utf8) else { throw Self.malformed("not in its one byte form") }
  }

  /// The bytes of the note as text.
  public var serialized: String { text + "\n" + signatures.map(\.line).joined() }

  private static func signature(_ line: String) throws(EvidenceError) -> Signature {
    let parts = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, parts[0] == "\u{2014}", isKeyName(parts[1]) else {
      throw malformed("a signature line that is not '— name base64'")
    }
    let bytes = try [UInt8](strictBase64: parts[2])
    guard bytes.count > 4 else { throw malformed("a signature of \(bytes.count) bytes") }
    return Signature(name: parts[1], keyID: bigEndian(bytes[..<4]), bytes: Array(bytes[4...]))
  }

  static func isKeyName(_ name: String) -> Bool {
    !name.isEmpty && !name.unicodeScalars.contains { $0.properties.isWhitespace || $0 == "+" || $0.value < 0x20 }
  }

  private static func malformed(_ problem: String) -> EvidenceError { .malformed(what: "signed note", problem: problem) }
}

func withBigEndianBytes(_ value: some FixedWidthInteger) -> [UInt8] {
  stride(from: value.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> $0) }
}

func bigEndian(_ bytes: some Sequence<UInt8>) -> UInt32 {
  bytes.reduce(0) { $0 << 8 | UInt32($1) }
}
