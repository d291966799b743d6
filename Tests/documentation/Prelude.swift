// What the code blocks of the articles take for granted.
import Foundation
import HaleResilience
import HaleResilienceFoundation

struct Overloaded: Error {}
struct Page: Sendable {
    var status = 200
    static let empty = Page()
}
struct Receipt: Sendable { var number = "1" }
struct Settings: Sendable { var calls = 1 }
struct Bank: Sendable {
    func charge(_ order: String) async throws -> Receipt { Receipt() }
    func refund(_ receipt: Receipt) async throws {}
}
struct HTTP: Sendable { func get(_ url: String) async throws -> Page { Page() } }
struct Site: Sendable {
    func version() async throws -> String { "1.0" }
    func switchTo(_ version: String) async throws {}
    func deploy(_ version: String) async throws {}
}
struct Model: Sendable { func complete(_ prompt: String) async throws -> String { prompt } }

let bank = Bank()
let http = HTTP()
let site = Site()
let cluster = Model()
let cloud = Model()
let order = "order"
let url = "http://127.0.0.1/"
let settings = Settings()
