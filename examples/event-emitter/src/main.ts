import { fromSignals } from 'rxdrop/node';
import { takeUntil } from 'rxjs';
import { datagrams } from './datagrams.js';

const [port = '8125'] = process.argv.slice(2);

datagrams({ port: Number(port) })
  .pipe(takeUntil(fromSignals('SIGINT', 'SIGTERM')))
  .subscribe({
    next: ({ bytes, from }) => {
      console.log(`${from.address}: ${bytes.byteLength} bytes`);
    },
    error: (error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    },
  });
