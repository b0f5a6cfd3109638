import { loadPackage } from '../../../src/node/engines/loadPackage.js';
import { ending, first } from '../../support/outcome.js';

describe('loadPackage', () => {
  it('emits what it loads, and loads nothing before it is subscribed', async () => {
    let loads = 0;
    const module$ = loadPackage(() => Promise.resolve(++loads), 'engine-client');
    expect(loads).toBe(0);
    expect(await first(module$)).toBe(1);
  });

  it('says how to install a package that is missing', async () => {
    const cause = Object.assign(new Error('not found'), { code: 'ERR_MODULE_NOT_FOUND' });
    expect(await ending(loadPackage(() => Promise.reject(cause), 'engine-client'))).toStrictEqual(
      new Error('the package engine-client is missing (npm install engine-client)', { cause }),
    );
  });

  it('passes on the error of a package that is broken', async () => {
    const cause = new Error('broken');
    expect(await ending(loadPackage(() => Promise.reject(cause), 'engine-client'))).toBe(cause);
  });
});
