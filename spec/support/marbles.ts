export { marbles } from '../../src/testing/index.js';
