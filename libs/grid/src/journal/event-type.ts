/** Entry event types of the map event journal (Hazelcast's EntryEventType). */
export const EVENT_TYPE = { added: 1, removed: 2, updated: 4, evicted: 8, expired: 16, loaded: 512 } as const;
