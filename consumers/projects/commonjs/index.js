// CommonJS requires the modules (Node 20.19 and later), and shares rxjs and the error classes with them.
const assert = require('node:assert/strict');
const { IdleTimeoutError, RxdropError, send } = require('rxdrop');
const { fromSignals } = require('rxdrop/node');
const { idleTimeout, limitBytes } = require('rxdrop/operators');
const { marbles } = require('rxdrop/testing');
const { isObservable, lastValueFrom, NEVER, of } = require('rxjs');

const [chunk] = [Buffer.from('abc')];

void (async () => {
  assert.ok(isObservable(send({ host: '127.0.0.1', port: 9, file: 'a.bin' })));
  assert.ok(isObservable(fromSignals('SIGTERM')));
  assert.equal(await lastValueFrom(of(chunk).pipe(limitBytes(3))), chunk);
  await assert.rejects(lastValueFrom(of(chunk).pipe(limitBytes(2))), RxdropError);
  marbles(({ expectObservable }) => {
    const error = new IdleTimeoutError(10_000);
    expectObservable(NEVER.pipe(idleTimeout(10_000))).toBe('10s #', undefined, error);
  })();
})();
