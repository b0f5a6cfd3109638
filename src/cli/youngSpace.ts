import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8's space for young objects as small as it starts.
 *
 * V8 doubles it up to 32 MiB and more while objects survive, as those of connections do: with 9,000 idle
 * ones, that was a quarter of the memory on Node 20 and nearly half on Node 24. Small, it stays in the
 * processor's cache, and a small file costs 5 % less CPU. V8 reads this flag whenever the space could
 * grow, so it may be set while it runs.
 */
export const keepYoungSpaceSmall = (): void => {
  setFlagsFromString('--semi-space-growth-factor=1');
};

/**
 * Lets it grow again, for a stop: thousands of connections then end in one turn, and none of what they leave
 * can be collected before it. Small, the space is searched hundreds of times for nothing.
 */
export const letYoungSpaceGrow = (): void => {
  setFlagsFromString('--semi-space-growth-factor=2');
};
