export { level } from '../../src/testing/index.js';
