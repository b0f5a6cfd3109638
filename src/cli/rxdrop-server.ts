import { runServer } from './serverProgram.js';
import { keepYoungSpaceSmall } from '../node/youngSpace.js';

keepYoungSpaceSmall();
runServer();
