internal import Crypto
internal import Foundation

/// Decrypts an age file while it is read. Every chunk is authenticated before a byte of it is given.
final class AgeReader {
  private let input: ByteReader
  private let key: SymmetricKey
  private var counter: UInt64 = 0
  private var isFinished = false

  init(_ input: ByteReader, identities: [Age.Identity]) throws {
    self.input = input
    var header = try input.line()
    guard header == Age.intro else { throw input.damaged("it is no age file of version 1") }
    var fileKey: SymmetricKey?
    while true {
      let line = try input.line()
      if line.hasPrefix("--- ") {
        guard let fileKey else {
          throw PortabilityError.encryption("\(input.path) is not encrypted to this identity; use the key it was made for")
        }
        let wanted = Age.bytes(line.dropFirst(4).dropLast())
        guard wanted == Age.authentication(of: header + "---", fileKey) else { throw input.damaged("its header was altered") }
        let nonce = try input.take(16)
        key = Age.payloadKey(fileKey, nonce: nonce)
        return
      }
      guard line.hasPrefix("-> ") else { throw input.damaged("its header cannot be read") }
      header += line
      var body = ""
      while true {
        let part = try input.line()
        header += part
        body += part.dropLast()
        if part.utf8.count < 65 { break }
      }
      let words = line.dropLast().split(separator: " ")
      guard words.count == 3, words[1] == "X25519", let share = Age.bytes(words[2]), let wrapped = Age.bytes(body) else { continue }
      for identity in identities where fileKey == nil { fileKey = identity.unwrapped(share: share, body: wrapped) }
    }
  }

  /// The next plain bytes; none at the end.
  func read() throws -> [UInt8] {
    guard !isFinished else { return [] }
    let sealed = try input.upTo(Age.chunk + Age.tag)
    let isLast = try input.isAtEnd
    guard sealed.count >= Age.tag else { throw input.damaged("it was cut short") }
    do {
      let box = try ChaChaPoly.SealedBox(
        nonce: Age.nonce(counter, isLast: isLast), ciphertext: sealed.dropLast(Age.tag), tag: sealed.suffix(Age.tag))
      let plain = Array(try ChaChaPoly.open(box, using: key))
      counter += 1
      isFinished = isLast
      if isLast && plain.isEmpty && counter > 1 { throw input.damaged("it was cut short") }
      return plain
    } catch is CryptoKitError {
      throw input.damaged(isLast ? "it was cut short or altered" : "it was altered")
    }
  }
}
