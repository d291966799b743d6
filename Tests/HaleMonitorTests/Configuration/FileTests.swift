import Foundation
import HaleModel
import HaleMonitor
import Testing

/// Where the file is found, and what else can be wrong with it.
@Suite struct FileTests {
    @Test func theFirstThatExistsIsTaken() throws {
        try withDirectory { directory in
            let home = directory + "/home"
            let here = directory + "/here"
            let system = directory + "/etc/hale.yaml"
            let places = [here + "/hale.yaml", home + "/.config/hale/hale.yaml", system]
            func locate(_ explicit: String? = nil, _ environment: [String: String] = [:]) throws -> String {
                try ConfigurationLoader.locate(
                    explicit: explicit, environment: environment.merging(["HOME": home]) { first, _ in first },
                    currentDirectory: here, systemFile: system)
            }
            let error = #expect(throws: ConfigurationLoader.NotFound.self) { try locate() }
            #expect(error?.looked == places)
            #expect(error?.description.hasPrefix("no configuration file found; looked at \(places[0]), ") == true)
            for place in places.reversed() {
                let parent = String(place[..<place.lastIndex(of: "/")!])
                try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
                try Data().write(to: URL(fileURLWithPath: place))
                #expect(try locate() == place)
            }
            #expect(try locate("./other.yaml") == here + "/other.yaml")
            #expect(try locate(nil, ["HALE_CONFIG": "/x/y.yaml"]) == "/x/y.yaml")
            #expect(try locate("/a.yaml", ["HALE_CONFIG": "/x/y.yaml"]) == "/a.yaml")
        }
    }

    @Test func whatCannotBeReadIsToldOf() throws {
        try withDirectory { directory in
            func said(_ name: String) -> [String] {
                do {
                    _ = try ConfigurationLoader.load(path: "\(directory)/\(name)", environment: [:])
                    return []
                } catch {
                    return error.problems.map { String($0.description.dropFirst(directory.count + 1)) }
                }
            }
            func write(_ bytes: Data) throws { try bytes.write(to: URL(fileURLWithPath: directory + "/f")) }
            #expect(said("none") == ["none: no such file"])
            #expect(said("") == [": is a directory; name the file in it"])
            try write(Data("components: {}\n# \u{e9}\n# ".utf8) + [0xE9, 0x0A])
            #expect(said("f") == ["f:3:1: is not UTF-8 text; save the file as UTF-8"])
            try write(Data(repeating: UInt8(ascii: " "), count: (4 << 20) + 1))
            #expect(said("f") == ["f: is larger than 4 MiB"])
            try write(Data())
            #expect(said("f") == ["f:1:1: the file is empty; expected 'components:'"])
            try write(Data("a: 1\nb: \u{7}\n".utf8))
            #expect(said("f") == ["f:2:4: not valid YAML: control characters are not allowed"])
            try write(Data("a: \u{E010}\n".utf8))
            #expect(said("f") == ["f:1:4: private-use characters are not allowed"])
            try write(Data("\u{FEFF}components: {web: {check: {tcp: a:1}}}\r\n".utf8))
            #expect(said("f") == [])
        }
    }

    @Test func aFileOfRootsMustExist() throws {
        try withDirectory { directory in
            let yaml = "components: {web: {check: {http: https://a/, ca: roots.pem}}}"
            try Data(yaml.utf8).write(to: URL(fileURLWithPath: directory + "/hale.yaml"))
            try Data().write(to: URL(fileURLWithPath: directory + "/roots.pem"))
            let loaded = try ConfigurationLoader.load(path: directory + "/hale.yaml", environment: [:])
            let plan = try #require(httpPlan(of: loaded))
            #expect(plan.trustedRoots == directory + "/roots.pem")
        }
    }

    private func withDirectory(_ body: (String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path + "/hale-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }
}
