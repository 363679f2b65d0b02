/// The whole number written in `bytes`; nil when it is none or does not fit.
func parsedInteger(_ bytes: borrowing Span<UInt8>) -> Int64? {
  let isNegative = bytes.count > 0 && bytes[0] == UInt8(ascii: "-")
  guard bytes.count > (isNegative ? 1 : 0) else { return nil }
  var number: Int64 = 0
  for position in (isNegative ? 1 : 0)..<bytes.count {
    let digit = Int64(bytes[position]) - 0x30
    guard (0...9).contains(digit) else { return nil }
    // Counting down reaches Int64.min too.
    let (tenfold, overflow) = number.multipliedReportingOverflow(by: 10)
    let (sum, carry) = tenfold.subtractingReportingOverflow(digit)
    guard !overflow, !carry else { return nil }
    number = sum
  }
  if isNegative { return number }
  return number == .min ? nil : -number
}

/// The bytes of a `bytea` in hex form (`\x00ff`); nil when it is in another.
func decodedBytes(_ text: borrowing Span<UInt8>) -> [UInt8]? {
  let count = text.count
  guard count >= 2, count.isMultiple(of: 2), text[0] == UInt8(ascii: "\\"), text[1] == UInt8(ascii: "x") else { return nil }
  var bytes: [UInt8] = []
  bytes.reserveCapacity(count / 2 - 1)
  for position in stride(from: 2, to: count, by: 2) {
    guard let high = hex(text[position]), let low = hex(text[position + 1]) else { return nil }
    bytes.append(high << 4 | low)
  }
  return bytes
}

private func hex(_ digit: UInt8) -> UInt8? {
  switch digit {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
  default: nil
  }
}
