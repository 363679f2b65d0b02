extension [UInt8] {
  /// Appends the digits of a whole number.
  mutating func append(decimal number: Int64) {
    if number < 0 { append(UInt8(ascii: "-")) }
    append(decimal: number.magnitude, digits: 1)
  }

  /// Appends at least so many digits of a number.
  private mutating func append(decimal number: UInt64, digits least: Int) {
    unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var (rest, start) = (number, 20)
      while rest > 0 || start > 20 - least {
        start &-= 1
        unsafe digits[start] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      }
      unsafe append(contentsOf: UnsafeBufferPointer(rebasing: digits[start...]))
    }
  }

  /// Appends the shortest digits that read back as the same number, always with a point or an exponent; `INF`, `-INF`, `NaN`.
  mutating func append(real number: Double) {
    if number.isFinite {
      if !append(fixed: number, scale: 100, digits: 2), !append(fixed: number, scale: 10_000, digits: 4) {
        append(contentsOf: number.description.utf8)
      }
    } else {
      append(contentsOf: (number.isNaN ? "NaN" : number < 0 ? "-INF" : "INF").utf8)
    }
  }

  /// Appends a number that is a whole number of hundredths, or of another part, as most numbers in records are. Division rounds
  /// to the nearest, so what reads back is the number; and of decimals with so few digits no two read back as the same.
  private mutating func append(fixed number: Double, scale: Double, digits: Int) -> Bool {
    let parts = (number * scale).rounded()
    guard parts.magnitude < 1e15, parts != 0, parts / scale == number else { return false }
    let magnitude = UInt64(parts.magnitude)
    let whole = magnitude / UInt64(scale)
    if parts < 0 { append(UInt8(ascii: "-")) }
    append(decimal: whole, digits: 1)
    append(UInt8(ascii: "."))
    append(decimal: magnitude - whole * UInt64(scale), digits: digits)
    // 1.50 is 1.5 at its shortest, and 1.00 is 1.0.
    for _ in 1..<digits where last == UInt8(ascii: "0") { removeLast() }
    return true
  }
}
