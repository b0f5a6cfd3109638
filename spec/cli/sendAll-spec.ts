import { EMPTY, NEVER, of, Subject, tap, toArray } from 'rxjs';
import type { SendCommand } from '../../src/cli/clientCommand.js';
import { plainScreen } from '../../src/cli/plainScreen.js';
import { sendAll } from '../../src/cli/sendAll.js';
import type { ClientEvent } from '../../src/index.js';
import { first } from '../support/outcome.js';

const sending = (files: SendCommand['files']): SendCommand => ({
  files,
  jobs: 1,
  progress: 'plain',
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
    const errors = await first(sendAll(sending(['a']), screen, () => EMPTY).pipe(toArray()));
    expect(errors).toHaveLength(1);
    expect(lines).toStrictEqual([expect.stringMatching(/^ERROR: a bug in rxdrop: /)]);
  });

  it('shows a name that is not UTF-8 on one line', async () => {
    const lines: string[] = [];
    const screen = plainScreen((line) => lines.push(line));
    const file = Buffer.from('folder/caf\xe9\n', 'latin1');
    await first(sendAll(sending([file]), screen, () => of(SENT)).pipe(toArray()));
    expect(lines).toStrictEqual(['caf\\xe9\\x0a  5 B in 5 ms, 1000 B/s, saved']);
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
    expect(await done).toStrictEqual([]);
    expect(drawing).toStrictEqual(['begin', 'end', 'stop']);
  });
});
