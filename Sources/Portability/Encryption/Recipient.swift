internal import Foundation

/// To whom a package is encrypted.
public struct Recipient {
  enum Kind {
    case age([Age.Recipient])
    /// A file with OpenPGP public keys, and the fingerprint of the first.
    case openPGP(file: String, fingerprint: String)
  }

  let kind: Kind

  /// Takes `age1…`, a file with such lines, or a file with an OpenPGP public key.
  public init(_ argument: String) throws {
    if argument.lowercased().hasPrefix("age1"), !FileManager.default.fileExists(atPath: argument) {
      guard let recipient = Age.Recipient(argument) else {
        throw PortabilityError.encryption("'\(argument)' is not an age recipient: its check sum is wrong; copy it again, whole")
      }
      kind = .age([recipient])
      return
    }
    guard !argument.uppercased().hasPrefix("AGE-SECRET-KEY-") else {
      throw PortabilityError.encryption(
        "a secret key was given; ask the recipient for the public one (age1…), and tell that this one is known to you")
    }
    guard let content = FileManager.default.contents(atPath: argument) else {
      throw PortabilityError.encryption("'\(argument)' is neither an age recipient (age1…) nor a file that can be read")
    }
    let lines = String(decoding: content.prefix(1 << 20), as: UTF8.self).split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty && !$0.hasPrefix("#") }
    if lines.first?.lowercased().hasPrefix("age1") == true {
      kind = .age(
        try lines.map { line in
          guard let recipient = Age.Recipient(line) else {
            throw PortabilityError.encryption("\(argument): a line is not an age recipient; only X25519 recipients (age1…) are known")
          }
          return recipient
        })
    } else if lines.contains(where: { $0.hasPrefix("AGE-SECRET-KEY-") }) {
      throw PortabilityError.encryption(
        "\(argument) holds a secret key; ask the recipient for the public one, and tell that this one is known to you")
    } else {
      kind = .openPGP(file: argument, fingerprint: try GPG.fingerprint(ofKeyIn: argument))
    }
  }

  /// What the recipient is known by: public keys, or a fingerprint.
  public var name: String {
    switch kind {
    case .age(let recipients): recipients.map(\.text).joined(separator: " ")
    case .openPGP(_, let fingerprint): "openpgp4fpr:\(fingerprint)"
    }
  }

  /// What is added to the name of a file.
  var ending: String {
    switch kind {
    case .age: ".age"
    case .openPGP: ".gpg"
    }
  }
}
