export { memoryPart, type MemoryStore, memoryStore } from '../../src/testing/index.js';
