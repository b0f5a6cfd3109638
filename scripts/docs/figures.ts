import { readFileSync } from 'node:fs';
import { aimsTable, headlines, nodesTable } from '../../bench/aims.js';
import { machineLine } from '../../bench/machine.js';

type Results = Parameters<typeof nodesTable>[0] & { readonly rounds: number };

const results = (): Results => JSON.parse(readFileSync('bench/results.json', 'utf8')) as Results;

const roundsOf = ({ rounds }: Results): string =>
  rounds > 1 ? `Medians of up to ${rounds} rounds` : 'One round';

/** Every figure that has an aim, as it was measured. */
export const figures = (): string => {
  const measured = results();
  return `${aimsTable(measured)}\n\n${roundsOf(measured)} on ${machineLine(measured.machine)}.`;
};

/** The most important of them. */
export const figuresInBrief = (): string => {
  const measured = results();
  return `${headlines(measured)}\n\n${roundsOf(measured)} on ${machineLine(measured.machine)}.`;
};

/** What the version of Node makes of them. */
export const figuresByNode = (): string => nodesTable(results());
