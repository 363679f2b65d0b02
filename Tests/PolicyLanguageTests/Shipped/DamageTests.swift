import PolicyLanguage
import Retention
import Testing

/// Shipped files, damaged: whatever a file says, it is read or refused with places that are in it.
@Suite struct DamageTests {
  @Test(arguments: UInt64(0)..<40)
  func `a damaged file is read, or refused at places that exist`(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    for (agreement, map) in ShippedFiles.applications.sorted(by: { $0.key < $1.key }) {
      let contract = damaged(try ShippedFiles.text("Policies/agreements/\(agreement).yaml"), &random)
      expectPlaces(in: contract) { text throws(PolicyError) in _ = try readAgreement(text) }
      let tables = damaged(try ShippedFiles.text("Policies/maps/\(map).yaml"), &random)
      expectPlaces(in: tables) { text throws(PolicyError) in _ = try readMap(text) }
    }
  }

  private func expectPlaces(in text: String, _ read: (String) throws(PolicyError) -> Void) {
    do throws(PolicyError) {
      try read(text)
    } catch {
      guard case .refused(let complaints) = error else { return }
      let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(!complaints.isEmpty)
      for complaint in complaints {
        #expect((1...lines.count + 1).contains(complaint.line), "\(complaint)")
        #expect(!complaint.description.contains("\n"))
      }
    }
  }

  private static let signs = Array(":-{}[]&*!#\n\t \"'|>%@é0y,".unicodeScalars)

  private func damaged(_ text: String, _ random: inout SplitMix) -> String {
    var scalars = Array(text.unicodeScalars)
    for _ in 0..<3 {
      let place = Int(random.next() % UInt64(scalars.count))
      switch random.next() % 4 {
      case 0: scalars.remove(at: place)
      case 1: scalars.insert(contentsOf: scalars[place..<min(place + 20, scalars.count)], at: place)
      case 2: scalars[place] = Self.signs.randomElement(using: &random) ?? "x"
      default: scalars.removeSubrange(place..<min(place + 30, scalars.count))
      }
    }
    return String(String.UnicodeScalarView(scalars))
  }
}

/// Sebastiano Vigna's SplitMix64 (https://prng.di.unimi.it/splitmix64.c): the seed names the failure.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
