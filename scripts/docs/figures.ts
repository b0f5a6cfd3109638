import { readFileSync } from 'node:fs';
import { aimsTable, headlines } from '../../bench/aims.js';
import { machineLine } from '../../bench/machine.js';

type Results = Parameters<typeof aimsTable>[0] & {
  readonly rounds: number;
  readonly machine: Parameters<typeof machineLine>[0];
};

const results = (): Results => JSON.parse(readFileSync('bench/results.json', 'utf8')) as Results;

/** Every figure that has an aim, as it was measured. */
export const figures = (): string => {
  const measured = results();
  return `${aimsTable(measured)}\n\nMedians of up to ${measured.rounds} rounds on ${machineLine(measured.machine)}.`;
};

/** The most important of them. */
export const figuresInBrief = (): string => {
  const measured = results();
  return `${headlines(measured)}\n\nMedians on ${machineLine(measured.machine)}.`;
};
