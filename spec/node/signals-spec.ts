import { tap } from 'rxjs';
import { fromSignals } from '../../src/node/index.js';
import { following } from '../support/following.js';

describe('fromSignals', () => {
  const { follow } = following();

  it('emits each signal', () => {
    const signals: string[] = [];
    follow(fromSignals('SIGUSR1', 'SIGUSR2').pipe(tap((name) => signals.push(name))));
    process.emit('SIGUSR2');
    process.emit('SIGUSR1');
    process.emit('SIGUSR2');
    expect(signals).toStrictEqual(['SIGUSR2', 'SIGUSR1', 'SIGUSR2']);
  });

  it('handles signals only while it is subscribed', () => {
    const handlers = () => process.listenerCount('SIGUSR2');
    const signals$ = fromSignals('SIGUSR2');
    expect(handlers()).toBe(0);
    const { stop } = follow(signals$);
    expect(handlers()).toBe(1);
    stop();
    expect(handlers()).toBe(0);
  });
});
