export { fakeUplink } from '../../src/testing/index.js';
