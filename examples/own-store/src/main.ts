import { mkdirSync } from 'node:fs';
import { serve } from 'rxdrop';
import { fromSignals } from 'rxdrop/node';
import { gzipStore } from './gzipStore.js';

const [port = '5000', directory = 'inbox'] = process.argv.slice(2);
mkdirSync(directory, { recursive: true });

serve({
  port: Number(port),
  store: gzipStore(directory),
  stop$: fromSignals('SIGINT', 'SIGTERM'),
}).subscribe({
  next: (event) => {
    console.log(event);
  },
  error: (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
});
