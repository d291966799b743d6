import GRDB

/// Every shape that the database ever had, in order. A migration that was released is never changed.
enum Migrations {
    static var all: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: records, intents, events") { db in
            try db.execute(
                sql: """
                    CREATE TABLE record (
                        kind TEXT NOT NULL,
                        key TEXT NOT NULL,
                        body TEXT NOT NULL,
                        PRIMARY KEY (kind, key)
                    ) WITHOUT ROWID;

                    CREATE TABLE intent (
                        id INTEGER PRIMARY KEY,
                        component TEXT NOT NULL,
                        instance INTEGER,
                        rung INTEGER NOT NULL,
                        number INTEGER NOT NULL,
                        remedy TEXT NOT NULL,
                        reason TEXT NOT NULL,
                        manual INTEGER NOT NULL,
                        began INTEGER NOT NULL,
                        ended INTEGER,
                        outcome TEXT,
                        message TEXT
                    );
                    CREATE INDEX intent_began ON intent (began);

                    CREATE TABLE event (
                        id INTEGER PRIMARY KEY,
                        time INTEGER NOT NULL,
                        kind TEXT NOT NULL,
                        component TEXT,
                        severity TEXT NOT NULL,
                        message TEXT NOT NULL,
                        details TEXT NOT NULL
                    );
                    CREATE INDEX event_component ON event (component, id);
                    CREATE INDEX event_time ON event (time);
                    """)
        }
        migrator.registerMigration("2: totals of attempts that are no longer kept") { db in
            try db.execute(
                sql: """
                    CREATE TABLE recovery_total (
                        component TEXT NOT NULL,
                        remedy TEXT NOT NULL,
                        outcome TEXT NOT NULL,
                        count INTEGER NOT NULL,
                        duration INTEGER NOT NULL,
                        PRIMARY KEY (component, remedy, outcome)
                    ) WITHOUT ROWID;
                    """)
        }
        return migrator
    }
}
