import { readdirSync, writeFileSync } from 'node:fs';
import { of } from 'rxjs';
import { StoreError } from '../../../src/errors.js';
import { openSpool, type Spool } from '../../../src/store/objects/spool.js';
import { bytes } from '../../support/bytes.js';
import { contents, temporaryDirectory } from '../../support/directory.js';
import { following } from '../../support/following.js';
import { COMPLETED, ending, first, whole } from '../../support/outcome.js';

const TOKEN = '0f8fad5b-d9cb-469f-a165-70867728950e';
const FACTS = { peer: '', token: TOKEN };

describe('openSpool', () => {
  const { follow } = following();
  const path = temporaryDirectory();

  const open = (): Promise<Spool> => first(follow(openSpool({ path: path() })).seen$);

  it('keeps a committed file under a name that the next start finds', async () => {
    const spool = await open();
    const part = spool.begin(of(7), FACTS);
    part.write(bytes('abc'));
    expect(await ending(part.commit())).toBe(COMPLETED);
    expect(contents(path())).toStrictEqual({ [`7,,,,${TOKEN}.ready`]: 'abc' });
  });

  it('finds what earlier servers have left, and no other files', async () => {
    writeFileSync(path(`7,,,,${TOKEN}.ready`), 'abc');
    writeFileSync(path('8.file'), 'x');
    const { leftovers, ...spool } = await open();
    expect(leftovers.map(({ id, token }) => [id, token])).toStrictEqual([[7, TOKEN]]);
    const [file] = leftovers.map((leftover) => spool.pathOf(leftover));
    expect(await first(spool.sizeOf(file ?? ''))).toBe(3);
    expect(String(await whole(spool.read(file ?? '', 1, 2)))).toBe('bc');
    expect(await ending(spool.remove(file ?? ''))).toBe(COMPLETED);
    expect(readdirSync(path())).toStrictEqual(['8.file']);
  });

  it('gives a file that waits another number', async () => {
    writeFileSync(path(`7,,,,${TOKEN}.ready`), 'abc');
    const spool = await open();
    const file = { id: 7, facts: FACTS, token: TOKEN };
    expect(await ending(spool.renumber(file, 8))).toBe(COMPLETED);
    expect(contents(path())).toStrictEqual({ [`8,,,,${TOKEN}.ready`]: 'abc' });
  });

  it('leaves nothing of a part that is discarded', async () => {
    const spool = await open();
    const part = spool.begin(of(7), FACTS);
    part.write(bytes('abc'));
    expect(await ending(part.discard())).toBe(COMPLETED);
    part.release();
    expect(contents(path())).toStrictEqual({});
  });

  it('emits no bytes of an empty file, and no file descriptor is needed for that', async () => {
    const spool = await open();
    expect(await whole(spool.read(path('none'), 0, 0))).toHaveLength(0);
  });

  it('errors if a file is shorter than it was, because the object would be', async () => {
    const spool = await open();
    writeFileSync(path('a'), 'abc');
    const error = await ending(spool.read(path('a'), 0, 4));
    expect(error).toBeInstanceOf(StoreError);
    expect(error).toHaveProperty('cause.message', 'the file in the spool is shorter than it was');
  });

  it('reads nothing of a file that is given up in the same moment', async () => {
    const spool = await open();
    const errors: unknown[] = [];
    const reading = spool.read(path('none'), 0, 1).subscribe({
      error: (error: unknown) => errors.push(error),
    });
    reading.unsubscribe();
    expect(errors).toStrictEqual([]);
  });
});
