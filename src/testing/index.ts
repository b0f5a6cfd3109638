export { type ConnectionScript, fakeConnection, type FakeConnection } from './connection.js';
export { lawsOf } from './laws.js';
export { level } from './level.js';
export { marbles } from './marbles.js';
export {
  memoryPart,
  type MemoryPart,
  memoryStore,
  type MemoryStore,
  type PartMarbles,
} from './parts.js';
export { fakeUplink, type FakeUplink, type UplinkScript } from './uplink.js';
