import Agent
import ArgumentParser
import Evidence
import Foundation

extension CertificateCommand {
  /// `wis certificate opening`: hands the controller what tells whom a certificate covers.
  struct Opening: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Hand over what tells whom a certificate covers; it is destroyed here.",
      discussion: """
        A certificate commits to the people whose rows were erased without naming them. Its opening lets whoever knows an \
        identifier see whether it is one of them, so it belongs to the controller alone: send it sealed, by another way than the certificate.
        Example: wis certificate opening VN-… --out opening.json
        """)

    @Argument(help: "The certificate's id.") var id: String
    @Option(help: ArgumentHelp("The file to write, readable by its owner alone.", valueName: "file")) var out: String
    @OptionGroup var options: NodeOptions

    func run() throws {
      let node = try options.node()
      let stored = try CertificateCommand.stored(id, node)
      try Openings(of: node).handOver(stored.id, to: out)
      if options.json { return try Console.answer(["certificate": .string(stored.id), "opening": .string(out)]) }
      Console.answer("wrote \(out); it is gone here")
    }
  }
}

/// The options by which somebody asks whether a certificate covers a person.
struct CoveredPerson: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A person: bsn=NUMBER, email=ADDRESS or pk=SCHEMA.TABLE:KEY. \(TypedPerson.inputHelp)", valueName: "type=id")
  )
  var subject: String?

  @Option(help: ArgumentHelp("The opening of the certificate.", valueName: "file"))
  var opening: String?

  /// What is asked; nil when nothing is.
  func question() throws -> Question? {
    guard subject != nil || opening != nil else { return nil }
    guard let subject, let opening else {
      throw UsageError(text: "--subject and --opening go together: the opening tells whom the certificate covers")
    }
    guard let person = TypedPerson(subject), let kind = SubjectIdentifier.Kind(rawValue: person.type) else {
      // The rest may be somebody's number, so it is not repeated.
      throw UsageError(text: "--subject: expected bsn=NUMBER, email=ADDRESS or pk=SCHEMA.TABLE:KEY")
    }
    return Question(
      subject: try SubjectIdentifier(kind, person.id), opening: try CommitmentOpening(canonical: DurableFile.read(opening)))
  }

  /// Whether a certificate covers a subject.
  struct Question {
    let subject: SubjectIdentifier
    let opening: CommitmentOpening

    /// Why not; nil when it does.
    func refusal(by certificate: Certificate?) -> String? {
      guard let certificate else { return "the certificate is not verified" }
      do throws(EvidenceError) {
        try opening.verify(subject, in: certificate)
        return nil
      } catch {
        return error.description
      }
    }
  }
}
