import { runServer } from './serverProgram.js';
import { compileExpressionsAtOnce } from '../node/expressions.js';
import { keepYoungSpaceSmall } from '../node/youngSpace.js';

keepYoungSpaceSmall();
compileExpressionsAtOnce();
runServer();
