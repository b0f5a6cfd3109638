#!/usr/bin/env node
import { keepYoungSpaceSmall } from './youngSpace.js';

// Before the program is loaded, because the objects that loading creates would already make the space grow.
keepYoungSpaceSmall();
await import('./serverProgram.js');
