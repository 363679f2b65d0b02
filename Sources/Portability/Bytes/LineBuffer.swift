/// Lines of CSV while they are being written, in memory of their own that is used again: nothing is allocated for a value.
@safe struct LineBuffer: ~Copyable {
  private var base: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  /// How many bytes stand in it.
  private(set) var count = 0

  init(capacity: Int) {
    self.capacity = max(64, capacity)
    unsafe base = .allocate(capacity: self.capacity)
  }

  deinit { unsafe base.deallocate() }

  /// Everything in it.
  var bytes: [UInt8] { unsafe Array(UnsafeBufferPointer(start: base, count: count)) }

  /// Forgets everything, and memory that one long value needed.
  mutating func clear() {
    count = 0
    guard capacity > 1 << 22 else { return }
    unsafe base.deallocate()
    capacity = 1 << 18
    unsafe base = .allocate(capacity: capacity)
  }

  /// Makes room for so many more bytes.
  @inline(__always)
  private mutating func reserve(_ more: Int) { if capacity &- count < more { grow(more) } }

  @inline(never)
  private mutating func grow(_ more: Int) {
    let larger = max(capacity * 2, count + more)
    let new = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    unsafe new.update(from: base, count: count)
    unsafe base.deallocate()
    unsafe base = new
    capacity = larger
  }

  mutating func append(_ byte: UInt8) {
    reserve(1)
    unsafe base[count] = byte
    count &+= 1
  }

  mutating func append(_ bytes: Span<UInt8>) {
    reserve(bytes.count)
    unsafe bytes.withUnsafeBufferPointer { source in
      guard let start = source.baseAddress else { return }
      unsafe (base + count).update(from: start, count: source.count)
    }
    count &+= bytes.count
  }

  mutating func append(contentsOf bytes: [UInt8]) { append(bytes.span) }

  /// Appends a text that CSV holds as it is; false, and nothing is appended, when it must be looked at byte by byte: it has a
  /// quote, a comma, a backslash, a byte below 16 or one above 127.
  mutating func append(plain bytes: Span<UInt8>) -> Bool {
    let length = bytes.count
    reserve(length)
    let target = unsafe UnsafeMutableRawPointer(base + count)
    let isPlain = unsafe bytes.withUnsafeBytes { source in
      // The last words overlap what was looked at before.
      if length >= 8 {
        var index = 0
        while true {
          let word = unsafe source.loadUnaligned(fromByteOffset: index, as: UInt64.self)
          if ByteSearch.isSpecial(word) { return false }
          unsafe target.storeBytes(of: word, toByteOffset: index, as: UInt64.self)
          if index == length &- 8 { return true }
          index = min(index &+ 8, length &- 8)
        }
      }
      if length >= 4 {
        let first = unsafe source.loadUnaligned(as: UInt32.self)
        let last = unsafe source.loadUnaligned(fromByteOffset: length &- 4, as: UInt32.self)
        if ByteSearch.isSpecial(UInt64(first) | UInt64(last) << 32) { return false }
        unsafe target.storeBytes(of: first, as: UInt32.self)
        unsafe target.storeBytes(of: last, toByteOffset: length &- 4, as: UInt32.self)
        return true
      }
      var word: UInt64 = 0x2020_2020_2020_2020
      for index in 0..<length {
        let byte = unsafe source[index]
        word = word << 8 | UInt64(byte)
        unsafe target.storeBytes(of: byte, toByteOffset: index, as: UInt8.self)
      }
      return !ByteSearch.isSpecial(word)
    }
    if isPlain { count &+= length }
    return isPlain
  }

  /// Appends a text between quotes, with the quotes in it doubled.
  mutating func append(quoted bytes: Span<UInt8>) {
    reserve(2 * bytes.count + 2)
    let quote = UInt8(ascii: "\"")
    var end = count
    unsafe base[end] = quote
    end &+= 1
    unsafe bytes.withUnsafeBufferPointer { source in
      for index in source.indices {
        let byte = unsafe source[index]
        unsafe base[end] = byte
        end &+= 1
        if byte == quote {
          unsafe base[end] = quote
          end &+= 1
        }
      }
    }
    unsafe base[end] = quote
    count = end &+ 1
  }

  /// Puts another byte in the place of one.
  mutating func replace(at place: Int, with byte: UInt8) {
    precondition(place < count, "there is a byte")
    unsafe base[place] = byte
  }

  mutating func removeLast(_ number: Int) {
    precondition(number <= count, "there are so many bytes")
    count &-= number
  }

  /// The hash of what stands from a place on.
  func murmur(from start: Int) -> UInt128 {
    precondition(start <= count, "the place is in it")
    return unsafe MultisetHash.murmur(UnsafeRawBufferPointer(start: base + start, count: count &- start))
  }
}

extension LineBuffer {
  /// Appends the digits of a whole number.
  mutating func append(decimal number: Int64) {
    if number < 0 { append(UInt8(ascii: "-")) }
    append(decimal: number.magnitude, digits: 1)
  }

  /// Appends at least so many digits of a number, two at a time.
  private mutating func append(decimal number: UInt64, digits least: Int) {
    let length = max(least, Self.digits(of: number))
    reserve(length)
    let target = unsafe base + count
    let pairs = unsafe Self.pairs.utf8Start
    var (rest, place) = (number, length)
    while place >= 2 {
      let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: 100)
      place &-= 2
      unsafe target[place] = pairs[Int(remainder) &* 2]
      unsafe target[place &+ 1] = pairs[Int(remainder) &* 2 &+ 1]
      rest = quotient
    }
    if place == 1 { unsafe target[0] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest) }
    count &+= length
  }

  private static func digits(of number: UInt64) -> Int {
    var (digits, limit): (Int, UInt64) = (1, 10)
    while number >= limit {
      digits &+= 1
      if digits == 20 { return 20 }
      limit &*= 10
    }
    return digits
  }

  private static let pairs: StaticString = """
    0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849505152535455565758596061\
    6263646566676869707172737475767778798081828384858687888990919293949596979899
    """

  /// Appends the shortest digits that read back as the same number, always with a point or an exponent; `INF`, `-INF`, `NaN`.
  mutating func append(real number: Double) {
    if number.isFinite {
      if !append(fixed: number, scale: 100, digits: 2), !append(fixed: number, scale: 10_000, digits: 4) {
        append(contentsOf: Array(number.description.utf8))
      }
    } else {
      append(contentsOf: Array((number.isNaN ? "NaN" : number < 0 ? "-INF" : "INF").utf8))
    }
  }

  /// Appends a number that is a whole number of hundredths, or of another part, as most numbers in records are. Division rounds
  /// to the nearest, so what reads back is the number; and of decimals with so few digits no two read back as the same.
  private mutating func append(fixed number: Double, scale: Double, digits: Int) -> Bool {
    let scaled = number.magnitude * scale
    guard scaled < 1e15 else { return false }
    let parts = Int64(scaled + 0.5)
    guard parts != 0, Double(parts) / scale == number.magnitude else { return false }
    let (whole, rest) = UInt64(parts).quotientAndRemainder(dividingBy: UInt64(scale))
    if number < 0 { append(UInt8(ascii: "-")) }
    append(decimal: whole, digits: 1)
    append(UInt8(ascii: "."))
    append(decimal: rest, digits: digits)
    // 1.50 is 1.5 at its shortest, and 1.00 is 1.0.
    for _ in 1..<digits where unsafe base[count &- 1] == UInt8(ascii: "0") { count &-= 1 }
    return true
  }
}
