import { EMPTY, from, NEVER, noop, of, Subject, tap, throwError, toArray } from 'rxjs';
import type { SendCommand } from '../../src/cli/clientCommand.js';
import { plainScreen } from '../../src/cli/plainScreen.js';
import type { Screen } from '../../src/cli/screen.js';
import { sendAll } from '../../src/cli/sendAll.js';
import { errorData } from '../../src/errorData.js';
import {
  type ClientEvent,
  ResetError,
  type SendOptions,
  UnknownHostError,
} from '../../src/index.js';
import { first } from '../support/outcome.js';

const sending = (files: SendCommand['files']): SendCommand => ({
  files,
  jobs: 1,
  rate: Infinity,
  progress: 'plain',
  json: false,
  send: { host: 'localhost', port: 5000 },
});

const SENT: ClientEvent = {
  type: 'sent',
  version: 1,
  time: '2026-11-25T13:45:01.250Z',
  file: 'a',
  peer: '127.0.0.1:5000',
  bytes: 5,
  ms: 5,
  confirmed: true,
};

describe('sendAll', () => {
  it('reports a file as failed if it ends without being sent', async () => {
    const lines: string[] = [];
    const screen = plainScreen((line) => lines.push(line));
    const reports = await first(sendAll(sending(['a']), screen, () => EMPTY).pipe(toArray()));
    expect(reports).toMatchObject([{ type: 'failed', file: 'a', reason: 'INTERNAL' }]);
    expect(lines).toStrictEqual([expect.stringMatching(/^ERROR: a bug in rxdrop: /)]);
  });

  it('waits at the end of a pipe, because Ctrl-C ends its writer, too', async () => {
    const delays: (number | undefined)[] = [];
    const sendFile = ({ endDelay }: SendOptions) => {
      delays.push(endDelay);
      return of(SENT);
    };
    await first(sendAll(sending(['-']), plainScreen(noop), sendFile).pipe(toArray()));
    expect(delays).toStrictEqual([50]);
  });

  it('shows a name that is not UTF-8 on one line', async () => {
    const lines: string[] = [];
    const screen = plainScreen((line) => lines.push(line));
    const file = Buffer.from('folder/caf\xe9\n', 'latin1');
    await first(sendAll(sending([file]), screen, () => of(SENT)).pipe(toArray()));
    expect(lines).toStrictEqual(['caf\\xe9\\x0a  5 B in 5 ms, 1000 B/s, saved']);
  });

  it('emits the reports of each file, and shows them (C8)', async () => {
    const lines: string[] = [];
    const screen = plainScreen((line) => lines.push(line));
    const { version, time, peer } = SENT;
    const stamp = { version, time, file: 'a' };
    const reset = errorData(new ResetError());
    const events: readonly ClientEvent[] = [
      { type: 'connected', ...stamp, peer, total: 5 },
      { type: 'retrying', ...stamp, attempt: 1, delay: 500, error: reset },
      { type: 'connected', ...stamp, peer, total: 5 },
      SENT,
    ];
    const failure = new UnknownHostError('no.example');
    const sendFile = (options: SendOptions) =>
      options.file === 'a' ? from(events) : throwError(() => failure);
    const reports = await first(sendAll(sending(['a', 'b']), screen, sendFile).pipe(toArray()));
    expect(reports).toStrictEqual([
      ...events,
      {
        ...{ type: 'failed', version: 1, time: expect.any(String) as string, file: 'b' },
        ...{ reason: 'UNKNOWN_HOST', error: errorData(failure) },
      },
    ]);
    expect(lines).toStrictEqual([
      'a  retrying in 500 ms: the connection was reset; the file is not saved',
      'a  5 B in 5 ms, 1000 B/s, saved',
      'ERROR: b: unknown host no.example',
      expect.stringMatching(/^1 of 2 files, 1 failed {2}5 B in \d+ ms, /),
    ]);
  });

  it('gives all files one budget, in blocks of a tenth of a second', async () => {
    const seen: SendOptions[] = [];
    const command = { ...sending(['a', 'b', 'c']), jobs: 2, rate: 100_000 };
    const sendFile = (options: SendOptions) => {
      seen.push(options);
      return of(SENT);
    };
    const screen = plainScreen(() => undefined);
    const sending$ = sendAll(command, screen, sendFile);
    expect(await first(sending$.pipe(toArray()))).toHaveLength(3);
    expect(new Set(seen.map(({ budget }) => budget)).size).toBe(1);
    expect(seen.map(({ blockSize }) => blockSize)).toStrictEqual([5_000, 5_000, 5_000]);
  });

  it('works with a screen that shows no total', async () => {
    const screen: Screen = { ...plainScreen(() => undefined) };
    delete screen.showTotal;
    const sending$ = sendAll(sending(['a', 'b']), screen, () => of(SENT));
    expect(await first(sending$.pipe(toArray()))).toStrictEqual([SENT, SENT]);
  });

  it('draws only while a file is in transfer', async () => {
    const file$ = new Subject<ClientEvent>();
    const drawing: string[] = [];
    const frames$ = NEVER.pipe(
      tap({ subscribe: () => drawing.push('begin'), unsubscribe: () => drawing.push('end') }),
    );
    const screen = { ...plainScreen(() => undefined), frames$, stop: () => drawing.push('stop') };
    const done = first(sendAll(sending(['a']), screen, () => file$).pipe(toArray()));
    expect(drawing).toStrictEqual(['begin']);
    file$.next(SENT);
    file$.complete();
    expect(await done).toStrictEqual([SENT]);
    expect(drawing).toStrictEqual(['begin', 'end', 'stop']);
  });
});
