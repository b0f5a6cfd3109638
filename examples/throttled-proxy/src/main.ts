import { connectTo } from 'rxdrop/node';
import { byteBudget } from 'rxdrop/operators';
import { accept } from './accept.js';
import { proxy } from './proxy.js';

const [port = '8080', address = '127.0.0.1', target = '80', rate = '1048576'] =
  process.argv.slice(2);

proxy(accept(Number(port)), {
  connect$: connectTo({ address, port: Number(target) }),
  budget: byteBudget(Number(rate)),
}).subscribe({
  next: (passed) => {
    console.log(passed);
  },
  error: (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
});
