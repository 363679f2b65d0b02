import Agent
import ArgumentParser
import Evidence
import Foundation
import Portability
import Retention

extension OffboardCommand {
  struct Stop: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Record that the application stopped every use of the data.",
      discussion: "Example: wis offboard stop kade --by 'system manager'")

    @Argument(help: "The tenant.") var tenant: String
    @Option(help: "In which role that is said.") var by: String?
    @OptionGroup var options: NodeOptions

    func run() throws { try OffboardCommand.act(tenant, options) { try $0.stop(role: by) } }
  }

  struct Deliver: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Record that the returned package was handed to the controller or its new processor.",
      discussion: """
        The file is read again: what is delivered must be what was verified.
        Example: wis offboard deliver kade
        """)

    @Argument(help: "The tenant.") var tenant: String
    @Option(help: ArgumentHelp("The package, if it is no longer where it was written.", valueName: "path")) var file: String?
    @OptionGroup var options: NodeOptions

    func run() throws { try OffboardCommand.act(tenant, options) { try $0.deliver(file: file) } }
  }

  struct Trial: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write a small file encrypted to the controller's key, to be opened before the real package is.",
      discussion: """
        The controller reports the SHA-256 of what it was decrypted to: wis offboard receipt TENANT --trial --sha256 HASH. Until a \
        key was shown to open something, silence is no receipt of what is encrypted to it.
        Example: wis offboard trial kade --encrypt-to kade.pub --out /srv/returns
        """)

    @Argument(help: "The tenant.") var tenant: String
    @Option(help: ArgumentHelp("The key; without it, the one that was given with the choice.", valueName: "age1…|file"))
    var encryptTo: String?
    @Option(help: ArgumentHelp("The folder for the file.", valueName: "dir")) var out: String
    @OptionGroup var options: NodeOptions

    func run() throws {
      let node = try options.node()
      guard let policy = try node.tenants([tenant]).first else { return }
      let path = try EndDesk(node: node, policy: policy, account: Account.current).tryKey(encryptTo, to: out)
      if options.json {
        try Console.answer(["tenant": .string(tenant), "file": .string(path.precomposedStringWithCanonicalMapping)])
      } else {
        Console.answer("wrote \(path); when its hash was reported: wis offboard receipt \(tenant) --trial --sha256 HASH")
      }
    }
  }

  struct Receipt: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Record the controller's word that it opened the package, by the hash of what it opened.",
      discussion: """
        Of an encrypted package that is the SHA-256 of the ZIP file that it was decrypted to: the hash of the encrypted file says only \
        that it arrived.
        Example: wis offboard receipt kade --sha256 3f8a… --evidence mail.eml --by director
        """)

    @Argument(help: "The tenant.") var tenant: String
    @Option(help: ArgumentHelp("The SHA-256 that the controller names.", valueName: "64 digits")) var sha256: String?
    @Option(help: ArgumentHelp("The file that the controller opened.", valueName: "path")) var file: String?
    @Flag(help: "It is about the trial file.") var trial = false
    @Option(help: ArgumentHelp("What the controller wrote.", valueName: "file")) var evidence: String?
    @Option(help: "In which role that is said.") var by: String?
    @OptionGroup var options: NodeOptions

    func validate() throws {
      if (sha256 == nil) == (file == nil) { throw ValidationError("give one of --sha256 and --file") }
      if let sha256, sha256.utf8.count != 64 || !sha256.allSatisfy(\.isHexDigit) {
        throw ValidationError("--sha256 is not 64 hexadecimal digits, as sha256sum prints them")
      }
    }

    func run() throws {
      try OffboardCommand.act(tenant, options) { desk in
        guard let given = try sha256 ?? file.map(FileDigest.sha256(of:)) else { return }
        if trial { try desk.prove(sha256: given) } else { try desk.receive(sha256: given, role: by, evidence: evidence) }
      }
    }
  }

  struct Remind: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write the reminder to a controller that says nothing, and record that it goes out.",
      discussion: "Example: wis offboard remind kade --lang nl")

    @Argument(help: "The tenant.") var tenant: String
    @Option(help: "The language.") var lang: Tongue = .nl
    @OptionGroup var options: NodeOptions

    func run() throws {
      let node = try options.node()
      guard let policy = try node.tenants([tenant]).first else { return }
      try EndDesk(node: node, policy: policy, account: Account.current).remind()
      let letter = OffboardingReminder(policy: policy, issuer: node.inventory.issuer, day: try node.today(of: policy))
      if options.json {
        try Console.answer(["tenant": .string(tenant), "letter": .string(letter.text(in: lang))])
      } else {
        Console.answer(letter.text(in: lang))
      }
    }
  }

  /// Does one act at the desk of a tenant and tells where it stands then.
  private static func act(_ tenant: String, _ options: NodeOptions, _ body: (EndDesk) throws -> Void) throws {
    let node = try options.node()
    guard let policy = try node.tenants([tenant]).first else { return }
    try body(EndDesk(node: node, policy: policy, account: Account.current))
    guard let text = try OffboardingText(of: policy, on: node) else { return }
    if options.json { try Console.answer(text.json) } else { text.show() }
  }
}

/// The account of the person who gives a command.
enum Account {
  /// Who called sudo, where the agent has an account of its own; else the account itself.
  static var current: String {
    let caller = ProcessInfo.processInfo.environment["SUDO_USER"] ?? ""
    return caller.isEmpty ? NSUserName() : caller
  }
}
