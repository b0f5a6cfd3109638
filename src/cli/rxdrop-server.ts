#!/usr/bin/env node
import { keepYoungSpaceSmall } from './youngSpace.js';

// Before the program is loaded: what is alive while it loads would already make the space grow.
keepYoungSpaceSmall();
await import('./serverProgram.js');
