import { isatty } from 'node:tty';
import { connect, defer, EMPTY, filter, map, merge, type Observable, of, share, tap } from 'rxjs';
import { serve } from '../serve.js';
import { endingSignals } from './endingSignals.js';
import { printer } from './printer.js';
import { run } from './run.js';
import { type ServerCommand, serverCommand } from './serverCommand.js';
import { serverLine } from './serverLine.js';
import { growingYoungSpace } from './smallYoungSpace.js';
import { readTls } from './tlsFiles.js';
import { warnings } from './warnings.js';
import { wordsOf } from './words.js';

run(defer(() => program(serverCommand(wordsOf(process.argv.slice(2)), process.env))));

function program(command: ServerCommand): Observable<unknown> {
  if (command.text !== undefined) return of(command.text).pipe(tap(printer(1)));

  // Listened to until the process is gone: a signal on the way out must not end it in another way.
  const stop$ = endingSignals().pipe(tap(growingYoungSpace), share({ resetOnRefCountZero: false }));
  const tls = command.tls && readTls(command.tls);
  return serve({ ...command.serve, tls, stop$ }).pipe(
    connect((events$) => {
      const lines$ = events$.pipe(
        map((event) => serverLine(event, command)),
        filter((line) => line !== undefined),
      );
      return merge(
        isatty(1) ? lines$.pipe(tap(printer(1))) : EMPTY,
        events$.pipe(warnings(), tap(printer(2))),
        events$,
      );
    }),
  );
}
