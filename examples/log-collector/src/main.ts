import { createWriteStream } from 'node:fs';
import { fromSignals, listen, sinkOf } from 'rxdrop/node';
import { concat, switchMap, takeUntil } from 'rxjs';
import { collect } from './collect.js';

const [port = '5140', path = 'all.log'] = process.argv.slice(2);
const log = sinkOf(createWriteStream(path, { flags: 'a' }));

const collected$ = listen({ port: Number(port) }).pipe(
  switchMap(({ connections$ }) => collect(connections$, log)),
  takeUntil(fromSignals('SIGINT', 'SIGTERM')),
);
concat(collected$, log.end()).subscribe({
  next: (event) => {
    console.log(event);
  },
  error: (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
});
