import kill from './kill.js';
import steps from './steps.js';
import full from './full.js';
import inodes from './inodes.js';
import eio from './eio.js';
import shortWrites from './shortWrites.js';
import descriptors from './descriptors.js';
import resets from './resets.js';
import vanish from './vanish.js';
import stopped from './stopped.js';
import slowDisk from './slowDisk.js';
import silent from './silent.js';
import trickle from './trickle.js';
import sigterm from './sigterm.js';
import fuzz from './fuzz.js';

/** @type {import('../stage.js').Case[]} */
export const cases = [
  kill,
  steps,
  full,
  inodes,
  eio,
  shortWrites,
  descriptors,
  resets,
  vanish,
  stopped,
  slowDisk,
  silent,
  trickle,
  sigterm,
  fuzz,
];
