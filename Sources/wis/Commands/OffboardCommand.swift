import Agent
public import ArgumentParser
import Evidence
import Foundation
import Portability
public import Retention

/// `wis offboard`: the end of a contract.
struct OffboardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "offboard", abstract: "Take a tenant from the end of its contract to the day on which nothing of its data is left.",
    subcommands: [
      Announce.self, Status.self, Stop.self, Trial.self, Deliver.self, Receipt.self, Remind.self, Continue.self,
    ], defaultSubcommand: Announce.self)

  struct Announce: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "announce", abstract: "Record the end of a contract and what the controller wants, and go as far as the clauses permit.",
      discussion: """
        Where wis.yaml says when the contract ended, --ended can be left out, and cannot say another day. What the controller wants can \
        be recorded later. Nothing is destroyed without its written word or a clause, before the cooling-off is over, or without the \
        consent of a second person.
        Then its steps: wis offboard status|stop|trial|deliver|receipt|remind|continue TENANT, each with --help.
        Example: wis offboard kade --ended 2026-12-31 --choice both --written letter.pdf --by director --encrypt-to kade.pub --out /srv/returns
        """)

    @Argument(help: "The tenant.") var tenant: String
    @Option(help: ArgumentHelp("The contract's last day.", valueName: "YYYY-MM-DD"), transform: CivilDate.typed) var ended: CivilDate?
    @Option(help: "What the controller wants.") var choice: EndOfContract.Wish?
    @Option(help: "To whom the data goes.") var to = Receiver.controller
    @Option(help: "Which data; without it, what the clause says.") var nature: ExportCommand.Write.Choice?
    @Option(help: ArgumentHelp("Only these tables, with what their rows refer to.", valueName: "table,…")) var tables: String?
    @Option(help: ExportCommand.Write.formatHelp) var format: [ExportCommand.Write.Format] = []
    @Option(help: ArgumentHelp("The controller's writing.", valueName: "file")) var written: String?
    @Option(help: "In which role it was said.") var by: String?
    @Option(help: ArgumentHelp("When it was received, if not now.", valueName: "YYYY-MM-DD[THH:MM]"), transform: ReceivedTime.typed)
    var received: ReceivedTime?
    @OptionGroup var way: Way
    @OptionGroup var options: NodeOptions

    enum Receiver: String, CaseIterable, ExpressibleByArgument { case controller, successor }

    func run() throws {
      let node = try options.node()
      guard let known = try node.tenants([tenant]).first else { return }
      let isSaid = written != nil || by != nil || received != nil || nature != nil || tables != nil || !format.isEmpty || to == .successor
      if choice == nil, isSaid {
        throw UsageError(text: "--choice is missing; say what the controller wants: return, destroy or both")
      }
      var policy = known
      if let ended {
        policy = try EndDesk(node: node, policy: known, account: Account.current).announce(ended)
      } else if known.tenant.contract.ended == nil {
        throw UsageError(text: "the contract of \(tenant) runs; say when it ends with --ended DATE, or see wis offboard status")
      }
      let desk = EndDesk(node: node, policy: policy, account: Account.current)
      if let choice {
        var said = EndDesk.Choice(choice)
        said.isToSuccessor = to == .successor
        said.isRaw = nature.map { $0 == .raw }
        said.tables = try names(of: tables)
        said.copies = format.compactMap(\.copy)
        (said.evidence, said.role, said.received) = (written, by, received)
        (said.out, said.encryptTo) = (way.out, way.encryptTo)
        try desk.choose(said)
      }
      try OffboardingText.advance(desk, way, node, options)
    }

    private func names(of tables: String?) throws -> [String]? {
      guard let tables else { return nil }
      let names = tables.split(separator: ",").map(String.init)
      guard !names.isEmpty else { throw UsageError(text: "--tables names no table; write --tables loonstrook,loonregel") }
      return names
    }
  }

  /// How the data is returned.
  struct Way: ParsableArguments {
    @Option(help: ArgumentHelp("Where the package goes: a folder, or a new file.", valueName: "dir")) var out: String?
    @Option(help: ArgumentHelp("Encrypt to an age recipient, or to the key in a file (age or OpenPGP).", valueName: "age1…|file"))
    var encryptTo: String?
    @Flag(help: "The return may lack files that records name and that are not there; it is recorded.") var althoughIncomplete = false

    var value: EndDesk.Way {
      var way = EndDesk.Way()
      (way.out, way.encryptTo, way.mayBeIncomplete) = (out, encryptTo, althoughIncomplete)
      return way
    }
  }

  struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Tell each step of an ended contract, with its clause, its day, and what it waits for.",
      discussion: "Example: wis offboard status kade")

    @Argument(help: "The tenants; all of them when none is named.") var tenants: [String] = []
    @OptionGroup var options: NodeOptions

    func run() throws {
      let node = try options.node()
      var looks = Looks(node: node, options: options)
      try looks.each(tenants) { tenant in
        let id = tenant.tenant.id
        guard let text = try OffboardingText(of: tenant, on: node) else {
          if !options.json, !tenants.isEmpty { Console.answer("\(id): the contract runs") }
          return (["tenant": .string(id), "ended": .null], .done)
        }
        if !options.json { text.show() }
        return (text.json, text.status)
      }
      try looks.end()
    }
  }

  struct Continue: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take every step that can be taken now and needs no person.",
      discussion: """
        Tells the sub-processors, returns the data, plans its destruction, destroys it when a second person consented, and follows up on \
        the copies. wis run does all of it but the return.
        Example: wis offboard continue kade
        """)

    @Argument(help: "The tenant.") var tenant: String
    @OptionGroup var way: Way
    @OptionGroup var options: NodeOptions

    func run() throws {
      let node = try options.node()
      guard let policy = try node.tenants([tenant]).first else { return }
      try OffboardingText.advance(EndDesk(node: node, policy: policy, account: Account.current), way, node, options)
    }
  }
}

extension EndOfContract.Wish: ExpressibleByArgument {}
