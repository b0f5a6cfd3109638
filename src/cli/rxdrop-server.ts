#!/usr/bin/env node
import { smallYoungSpace } from './smallYoungSpace.js';

// Before the program is loaded: what is alive while it loads would already make the space grow.
smallYoungSpace();
await import('./serverProgram.js');
