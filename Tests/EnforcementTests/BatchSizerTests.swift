import Testing

@testable import Enforcement
@testable import Stores

@Suite struct `The size of a batch` {
  /// Rows in stretches of their own, far from each other, and then many in full ones.
  private static func stretches() -> [Stretch] {
    var stretches: [Stretch] = []
    for place in 0..<2000 { stretches.append(Stretch(positions: at(place), rows: 1)) }
    for place in 2000..<4000 { stretches.append(Stretch(positions: at(place), rows: 500)) }
    return stretches
  }

  private static func at(_ place: Int) -> ClosedRange<Int64> { Int64(place) * 1000...Int64(place) * 1000 + 999 }

  @Test func `grows at most twofold, also where full stretches follow those with few rows`() {
    var sizer = BatchSizer()
    var left = Self.stretches()[...]
    var (before, taken) = (BatchSizer.fewestRows, 0)
    while !left.isEmpty {
      let batch = sizer.next(of: left)
      let rows = batch.reduce(0) { $0 + ($1.rows ?? 0) }
      #expect(!batch.isEmpty && batch.startIndex == left.startIndex)
      #expect(rows <= max(BatchSizer.fewestRows, 2 * before), "\(rows) rows after \(before)")
      before = max(BatchSizer.fewestRows, rows)
      // A hundredth of a millisecond for a stretch, and as much for each of its rows.
      sizer.learn(.microseconds(10 * (batch.count + rows)), for: batch)
      taken += batch.count
      left = left[batch.endIndex...]
    }
    #expect(taken == 4000)
    #expect((2000...4500).contains(before))
  }

  @Test func `shrinks to one stretch where each takes too long, and takes all where one transaction has them anyway`() {
    let stretches = Self.stretches()[2000...]
    var sizer = BatchSizer()
    sizer.learn(.milliseconds(10), for: sizer.next(of: stretches))
    #expect(sizer.next(of: stretches).count == 2)
    sizer.learn(.seconds(2), for: sizer.next(of: stretches))
    #expect(sizer.next(of: stretches).count == 1)
    #expect(BatchSizer(takingAll: true).next(of: stretches).count == 2000)
  }
}
