import Retention

/// Where invented data comes from: the same seed and day give the same data.
struct DemoSource: RandomNumberGenerator {
  /// The day that all dates are relative to.
  let today: CivilDate
  private var state: UInt64

  init(today: CivilDate, seed: UInt64) {
    self.today = today
    state = seed
  }

  /// SplitMix64 (Steele, Lea and Flood, 2014).
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number in a range.
  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

  /// An amount of money.
  mutating func amount(_ range: ClosedRange<Int>) -> Double { Double(number(range.lowerBound * 100...range.upperBound * 100)) / 100 }

  /// Whether something that happens in so many of a hundred cases does.
  mutating func happens(_ percent: Int) -> Bool { number(1...100) <= percent }

  /// One of several.
  mutating func one(of words: [String]) -> String { words[number(0...words.count - 1)] }

  /// The day so many days ago.
  func day(_ ago: Int) -> CivilDate { today.adding(days: -ago) ?? today }

  /// A moment on a day, in UTC.
  mutating func moment(on day: CivilDate) -> String {
    "\(day)T\(two(number(6...18))):\(two(number(0...59))):\(two(number(0...59)))Z"
  }

  /// A moment on a day, in seconds since 1970.
  mutating func seconds(on day: CivilDate) -> Int { day.dayNumber * 86_400 + number(25_000...60_000) }

  /// The last days of the months within a span of days ago, oldest first.
  func monthEnds(from oldest: Int, to newest: Int) -> [CivilDate] {
    var ends: [CivilDate] = []
    var (year, month, _) = day(oldest).components
    while let end = CivilDate(year: year, month: month, day: CivilDate.days(inMonth: month, of: year)), end <= day(newest) {
      ends.append(end)
      (year, month) = month == 12 ? (year + 1, 1) : (year, month + 1)
    }
    return ends
  }

  /// A number of a given length as text.
  func padded(_ number: Int, _ length: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, length - digits.count)) + digits
  }

  private func two(_ number: Int) -> String { padded(number, 2) }
}
