internal import Crypto
internal import Foundation

/// Encrypts a stream to age recipients while it passes.
final class AgeWriter {
  private let output: ([UInt8]) throws -> Void
  private let key: SymmetricKey
  private var buffer: [UInt8] = []
  private var counter: UInt64 = 0

  init(_ recipients: [Age.Recipient], to output: @escaping ([UInt8]) throws -> Void) throws {
    let random = (0..<32).map { _ in UInt8.random(in: .min ... .max) }
    let (secret, nonce) = (Array(random[..<16]), Array(random[16...]))
    let fileKey = SymmetricKey(data: secret)
    var header = Age.intro
    for recipient in recipients { header += try recipient.stanza(secret) }
    header += "---"
    key = Age.payloadKey(fileKey, nonce: nonce)
    self.output = output
    try output(Array("\(header) \(Age.text(Age.authentication(of: header, fileKey)))\n".utf8) + nonce)
  }

  func write(_ bytes: [UInt8]) throws {
    buffer += bytes
    var start = 0
    // The last chunk is marked as such: a full one waits until more follows.
    while buffer.count - start > Age.chunk {
      try seal(buffer[start..<start + Age.chunk], isLast: false)
      start += Age.chunk
    }
    if start > 0 { buffer.removeFirst(start) }
  }

  func finish() throws { try seal(buffer[...], isLast: true) }

  private func seal(_ chunk: ArraySlice<UInt8>, isLast: Bool) throws {
    let box = try ChaChaPoly.seal(Array(chunk), using: key, nonce: Age.nonce(counter, isLast: isLast))
    counter += 1
    try output(Array(box.ciphertext) + Array(box.tag))
  }
}
