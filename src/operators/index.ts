export { byteBudget, type ByteBudget, type ByteBudgetOptions } from './byteBudget.js';
export { collectBytes, type CollectBytesOptions } from './collectBytes.js';
export { heldWhile } from './heldWhile.js';
export { idleTimeout, type IdleTimeoutOptions } from './idleTimeout.js';
export { limitBytes } from './limitBytes.js';
export { maxDuration, type MaxDurationOptions } from './maxDuration.js';
export { minRate, type MinRateOptions } from './minRate.js';
export { progress, type Progress, type ProgressOptions } from './progress.js';
export {
  type DelimitedOptions,
  type PrefixedOptions,
  splitFrames,
  type SplitFramesOptions,
} from './splitFrames.js';
export { splitLines, type SplitLinesOptions } from './splitLines.js';
export { type Digest, tapDigest } from './tapDigest.js';
export { throttleBytes } from './throttleBytes.js';
