#!/usr/bin/env node
import { runServer } from './serverProgram.js';
import { keepYoungSpaceSmall } from './youngSpace.js';

keepYoungSpaceSmall();
runServer();
