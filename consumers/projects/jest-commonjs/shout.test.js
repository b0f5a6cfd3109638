// Jest without its ESM mode has Babel make CommonJS of the package.
const { send } = require('rxdrop');
const { openFile } = require('rxdrop/node');
const { limitBytes } = require('rxdrop/operators');
const { lawsOf, marbles } = require('rxdrop/testing');

describe('limitBytes', () => {
  const values = { a: Buffer.from('a'), b: Buffer.from('b') };

  it.each(lawsOf(() => limitBytes(2), values))('%s', (_, check) => {
    check();
  });

  it(
    'lets pass what is not too much',
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('-a-b|', values).pipe(limitBytes(2))).toBe('-a-b|', values);
    }),
  );
});

it('has the other entries too', () => {
  expect([typeof send, typeof openFile]).toStrictEqual(['function', 'function']);
});
