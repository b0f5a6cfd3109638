import { map } from 'rxjs';
import { type PlacedReport, type Total, totalProgress } from '../../src/cli/totalProgress.js';
import { errorData } from '../../src/errorData.js';
import { type ClientReport, ResetError } from '../../src/index.js';
import { STAMP } from '../support/events.js';
import { marbles } from '../support/marbles.js';

const upload = { ...STAMP, file: 'a', peer: '127.0.0.1:5000' };
const error = errorData(new ResetError());

const at = (place: number, report: ClientReport): PlacedReport => ({ place, report });
const connected = (place: number, total?: number) =>
  at(place, { ...upload, type: 'connected', ...(total !== undefined && { total }) });
const moved = (place: number, bytes: number) =>
  at(place, { ...STAMP, file: 'a', type: 'progress', bytes });
const sent = (place: number, bytes: number) =>
  at(place, { ...upload, type: 'sent', bytes, ms: 1, confirmed: true });
const failed = (place: number) =>
  at(place, { ...STAMP, file: 'a', type: 'failed', reason: 'RESET', error });
const retrying = (place: number) =>
  at(place, { ...STAMP, file: 'a', type: 'retrying', attempt: 1, delay: 1, error });

/** What a total says: the bytes, all bytes, the files that are sent, and those that have failed. */
const figures = map(({ bytes, total, sent, failed }: Total) => [bytes, total, sent, failed]);

// prettier-ignore
describe('totalProgress', () => {
  it('adds up the bytes of all files, and counts those that are done', marbles(({ hot, expectObservable }) => {
    const reports  = hot('-a-b-c-d|', { a: connected(0, 10), b: moved(0, 4), c: moved(1, 5), d: sent(0, 10) });
    const expected = '    -1-2-3-4|';
    expectObservable(reports.pipe(totalProgress([10, 20]), figures)).toBe(expected, {
      1: [0, 30, 0, 0], 2: [4, 30, 0, 0], 3: [9, 30, 0, 0], 4: [15, 30, 1, 0],
    });
  }));

  it('measures the rate, and the time that is left', marbles(({ hot, expectObservable }) => {
    const reports  = hot('1s a 999ms b', { a: moved(0, 1_000), b: moved(1, 3_000) });
    const expected = '    1s 1 999ms 2';
    const times = map(({ rate, eta, files }: Total) => [rate, eta, files]);
    expectObservable(reports.pipe(totalProgress([5_000, 5_000]), times)).toBe(expected, {
      1: [1_000, 9_000, 2], 2: [2_000, 3_000, 2],
    });
  }));

  it('expects no more bytes of a file that has failed', marbles(({ hot, expectObservable }) => {
    const reports  = hot('ab', { a: moved(0, 4), b: failed(0) });
    expectObservable(reports.pipe(totalProgress([10, 20]), figures)).toBe('12', { 1: [4, 30, 0, 0], 2: [4, 24, 0, 1] });
  }));

  it('begins a file anew that is sent again', marbles(({ hot, expectObservable }) => {
    const reports  = hot('abc', { a: moved(0, 4), b: retrying(0), c: moved(0, 2) });
    expectObservable(reports.pipe(totalProgress([10, 20]), figures)).toBe('123', {
      1: [4, 30, 0, 0], 2: [0, 30, 0, 0], 3: [2, 30, 0, 0],
    });
  }));

  it('knows no total while the size of a file is unknown', marbles(({ hot, expectObservable }) => {
    const reports  = hot('abc', { a: connected(1), b: moved(1, 4), c: sent(1, 6) });
    expectObservable(reports.pipe(totalProgress([10, undefined]), figures)).toBe('123', {
      1: [0, undefined, 0, 0], 2: [4, undefined, 0, 0], 3: [6, 16, 1, 0],
    });
  }));

  it('follows a file that has changed its size', marbles(({ hot, expectObservable }) => {
    const reports  = hot('abc', { a: connected(0, 12), b: moved(0, 14), c: sent(0, 15) });
    expectObservable(reports.pipe(totalProgress([10, 20]), figures)).toBe('123', {
      1: [0, 32, 0, 0], 2: [14, 34, 0, 0], 3: [15, 35, 1, 0],
    });
  }));

  it('keeps nothing between two subscriptions', marbles(({ hot, expectObservable }) => {
    const reports  = hot('ab', { a: sent(0, 10), b: sent(1, 20) });
    const total$ = reports.pipe(totalProgress([10, 20]), figures);
    expectObservable(total$).toBe('12', { 1: [10, 30, 1, 0], 2: [30, 30, 2, 0] });
    expectObservable(total$, '-^').toBe('-2', { 2: [20, 30, 1, 0] });
  }));
});
