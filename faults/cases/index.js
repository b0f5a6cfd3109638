import alpine from './alpine.js';
import badHooks from './badHooks.js';
import checkCrowd from './checkCrowd.js';
import clock from './clock.js';
import closed from './closed.js';
import deaf from './deaf.js';
import denied from './denied.js';
import descriptors from './descriptors.js';
import eio from './eio.js';
import fewFiles from './fewFiles.js';
import full from './full.js';
import fuzz from './fuzz.js';
import fuzzWords from './fuzzWords.js';
import guessed from './guessed.js';
import hangups from './hangups.js';
import hooksStop from './hooksStop.js';
import hungDisk from './hungDisk.js';
import inodes from './inodes.js';
import itself from './itself.js';
import kill from './kill.js';
import lock from './lock.js';
import loss from './loss.js';
import manyIdle from './manyIdle.js';
import memory from './memory.js';
import names from './names.js';
import nobody from './nobody.js';
import noModes from './noModes.js';
import noGetent from './noGetent.js';
import noProc from './noProc.js';
import noProcess from './noProcess.js';
import pidOne from './pidOne.js';
import planted from './planted.js';
import powerCut from './powerCut.js';
import proxy from './proxy.js';
import quota from './quota.js';
import readOnly from './readOnly.js';
import removed from './removed.js';
import resets from './resets.js';
import shortWrites from './shortWrites.js';
import sigterm from './sigterm.js';
import silenced from './silenced.js';
import silent from './silent.js';
import slowDisk from './slowDisk.js';
import slowStop from './slowStop.js';
import smallFiles from './smallFiles.js';
import steps from './steps.js';
import stopped from './stopped.js';
import strangeDisk from './strangeDisk.js';
import templates from './templates.js';
import tlsCut from './tlsCut.js';
import tlsRefused from './tlsRefused.js';
import trickle from './trickle.js';
import twoSpaces from './twoSpaces.js';
import unread from './unread.js';
import vanish from './vanish.js';
import watchers from './watchers.js';
import workers from './workers.js';

/** @type {import('../stage.js').Case[]} */
export const cases = [
  ...[kill, steps, lock, twoSpaces, workers],
  ...[full, smallFiles, inodes, eio, shortWrites, powerCut, planted, guessed, removed],
  ...[templates, quota],
  ...[strangeDisk, noModes],
  ...[slowDisk, slowStop, hungDisk, memory, descriptors, fewFiles, manyIdle],
  ...[resets, vanish, loss, names, stopped, silent, trickle],
  ...[itself, silenced, deaf, denied, watchers],
  ...[hangups, unread],
  ...[tlsRefused, tlsCut, proxy],
  ...[checkCrowd, badHooks, hooksStop, noProcess],
  ...[alpine, noGetent, noProc, pidOne, nobody, readOnly, closed],
  ...[sigterm, clock, fuzz, fuzzWords],
];
