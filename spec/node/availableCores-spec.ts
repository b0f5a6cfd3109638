import { mkdirSync, writeFileSync } from 'node:fs';
import { availableCores, cpuQuota } from '../../src/node/availableCores.js';
import { temporaryDirectory } from '../support/directory.js';

describe('availableCores', () => {
  it.each([
    [8, Infinity, 8],
    [8, 2.5, 2],
    [2, 4, 2],
    [4, 0.5, 1],
  ])('is the smaller of %d processors and a quota of %d: %d', (parallelism, quota, cores) => {
    expect(availableCores(parallelism, quota)).toBe(cores);
  });

  it('is known on every machine', () => {
    expect(availableCores()).toBeGreaterThanOrEqual(1);
  });
});

describe('cpuQuota', () => {
  const path = temporaryDirectory();

  /** Control groups, one in the other, with what is in their `cpu.max`. */
  const groups = (...limits: readonly (string | undefined)[]) => {
    let [directory, group] = [path('groups'), ''];
    limits.forEach((limit, index) => {
      if (index > 0) [directory, group] = [`${directory}/g${index}`, `${group}/g${index}`];
      mkdirSync(directory, { recursive: true });
      if (limit !== undefined) writeFileSync(`${directory}/cpu.max`, `${limit}\n`);
    });
    writeFileSync(path('own'), `1:name=systemd:/elsewhere\n0::${group || '/'}\n`);
    return cpuQuota(path('own'), path('groups'));
  };

  it('is the least of all groups in which the process is', () => {
    expect(groups(undefined, 'max 100000', '250000 100000', 'max 100000')).toBe(2.5);
    expect(groups('50000 100000', '250000 100000')).toBe(0.5);
  });

  it('is infinite without a limit, and without groups', () => {
    expect(groups('max 100000')).toBe(Infinity);
    expect(cpuQuota(path('none'), path('none'))).toBe(Infinity);
  });
});
