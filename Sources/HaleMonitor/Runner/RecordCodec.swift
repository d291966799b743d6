import Foundation
import HaleEngine
import HaleModel
import HaleStore

/// The engine's records as rows of the store, and back.
enum RecordCodec {
    private static let engineKind = "engine"
    private static let componentKind = "component"

    static func batch(_ records: [Record], events: [Event], durability: Durability) throws -> StoreBatch {
        var batch = StoreBatch(events: events, survivesPowerLoss: durability == .power)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        for record in records {
            switch record {
            case .engine(let engine):
                batch.records.append(StoredRecord(kind: engineKind, key: "", body: try text(engine, encoder)))
            case .component(let component):
                let body = try text(component, encoder)
                batch.records.append(StoredRecord(kind: componentKind, key: component.id.name, body: body))
            case .removed(let id):
                batch.records.append(StoredRecord(kind: componentKind, key: id.name, body: nil))
            case .intent(let intent): batch.intents.append(intent)
            }
        }
        return batch
    }

    /// - Throws: `DecodingError` for a record that this version can't read.
    static func records(_ stored: [StoredRecord]) throws -> [Record] {
        let decoder = JSONDecoder()
        return try stored.compactMap { row in
            let body = Data((row.body ?? "").utf8)
            switch row.kind {
            case engineKind: return .engine(try decoder.decode(EngineRecord.self, from: body))
            case componentKind: return .component(try decoder.decode(ComponentRecord.self, from: body))
            default: return nil
            }
        }
    }

    private static func text(_ value: some Encodable, _ encoder: JSONEncoder) throws -> String {
        String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
