import { concat, map, of, switchMap, take } from 'rxjs';
import { Mailbox } from '../../src/node/mailbox.js';

interface Message {
  readonly job: number;
  readonly text: string;
}

describe('Mailbox', () => {
  /** The texts of the messages about a job, and its error. */
  const reading = (mailbox: Mailbox<Message>, job: number, ask?: () => void) => {
    const seen: string[] = [];
    const subscription = mailbox.of(job, ask).subscribe({
      next: ({ text }) => seen.push(text),
      error: (error: unknown) => seen.push(String(error)),
    });
    return { seen, subscription };
  };

  it('delivers each message to the one who waits for its job', () => {
    const mailbox = new Mailbox<Message>();
    const [one, two] = [reading(mailbox, 1), reading(mailbox, 2)];
    for (const [job, text] of [
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
      [1, 'd'],
    ] as const)
      mailbox.deliver({ job, text });
    expect([one.seen, two.seen]).toStrictEqual([['a', 'd'], ['b']]);
  });

  it('asks once answers can come, even if they come at once', () => {
    const mailbox = new Mailbox<Message>();
    const { seen } = reading(mailbox, 1, () => {
      mailbox.deliver({ job: 1, text: 'at once' });
    });
    expect(seen).toStrictEqual(['at once']);
  });

  it('forgets who has unsubscribed', () => {
    const mailbox = new Mailbox<Message>();
    const { seen, subscription } = reading(mailbox, 1);
    subscription.unsubscribe();
    mailbox.deliver({ job: 1, text: 'late' });
    expect(seen).toStrictEqual([]);
  });

  it('delivers to the next step of a job, which is subscribed at the end of the last one', () => {
    const mailbox = new Mailbox<Message>();
    const seen: string[] = [];
    mailbox
      .of(1)
      .pipe(
        take(1),
        switchMap(({ text }) => concat(of(text), mailbox.of(1).pipe(map(({ text }) => text)))),
      )
      .subscribe({
        next: (text) => seen.push(text),
        error: (error: unknown) => seen.push(String(error)),
      });
    mailbox.deliver({ job: 1, text: 'first' });
    mailbox.deliver({ job: 1, text: 'second' });
    expect(seen).toStrictEqual(['first', 'second']);
  });

  it('errors for all who wait, and for those who come later', () => {
    const mailbox = new Mailbox<Message>();
    const { seen } = reading(mailbox, 1);
    mailbox.close(new Error('gone'));
    let asked = false;
    const later = reading(mailbox, 2, () => {
      asked = true;
    });
    expect([seen, later.seen, asked]).toStrictEqual([['Error: gone'], ['Error: gone'], false]);
  });
});
