#!/usr/bin/env node
// Comes first, so that what is alive while all else is loaded does not make the young space grow.
import { growingYoungSpace } from './smallYoungSpace.js';
import { isatty } from 'node:tty';
import { defer, type Observable, of, share, tap } from 'rxjs';
import { pathText } from '../node/pathText.js';
import { serve } from '../serve.js';
import { endingSignals } from './endingSignals.js';
import { into } from './outputs/output.js';
import { terminal } from './outputs/terminal.js';
import { warningsOn } from './outputs/warnings.js';
import { printer } from './printer.js';
import { run } from './run.js';
import { type ServerCommand, serverCommand } from './serverCommand.js';
import { readTls } from './tlsFiles.js';
import { wordsOf } from './words.js';

run(defer(() => program(serverCommand(wordsOf(process.argv.slice(2)), process.env))));

function program(command: ServerCommand): Observable<unknown> {
  if (command.text !== undefined) return of(command.text).pipe(tap(printer(1)));

  // Listened to until the process is gone: a signal on the way out must not end it in another way.
  const stop$ = endingSignals().pipe(tap(growingYoungSpace), share({ resetOnRefCountZero: false }));
  const tls = command.tls && readTls(command.tls);
  const lines = { lines: command.lines, dir: pathText(command.serve.dir) };
  return serve({ ...command.serve, tls, stop$ }).pipe(
    into([...(isatty(1) ? [terminal(printer(1), lines)] : []), warningsOn(printer(2))]),
  );
}
