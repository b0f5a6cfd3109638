import { plainScreen } from '../../src/cli/plainScreen.js';
import type { Progress } from '../../src/operators/index.js';

const after = (elapsed: number): Progress => ({
  bytes: elapsed,
  total: 10_000,
  elapsed,
  rate: 1_000,
  average: 1_000,
  eta: 10_000 - elapsed,
});

const totalAfter = (elapsed: number) => ({ ...after(elapsed), files: 3, sent: 1, failed: 0 });

function screen() {
  const lines: string[] = [];
  return { lines, screen: plainScreen((line) => lines.push(line)) };
}

describe('plainScreen', () => {
  it('prints a line for a file every two seconds', () => {
    const { lines, screen: plain } = screen();
    const row = plain.addRow('a.bin');
    for (const elapsed of [250, 1_999, 2_000, 2_250, 4_100, 6_000, 6_099, 6_100]) {
      row.update(after(elapsed));
    }
    expect(lines).toStrictEqual([
      'a.bin  20%  1.95 KiB  1000 B/s  ETA 0:08',
      'a.bin  41%  4 KiB  1000 B/s  ETA 0:06',
      'a.bin  61%  5.96 KiB  1000 B/s  ETA 0:04',
    ]);
  });

  it('measures the time of each file separately', () => {
    const { lines, screen: plain } = screen();
    const rows = [plain.addRow('a.bin'), plain.addRow('b.bin')];
    for (const row of rows) row.update(after(2_000));
    expect(lines).toStrictEqual([
      'a.bin  20%  1.95 KiB  1000 B/s  ETA 0:08',
      'b.bin  20%  1.95 KiB  1000 B/s  ETA 0:08',
    ]);
  });

  it('prints that a file is sent again, and measures its time anew', () => {
    const { lines, screen: plain } = screen();
    const row = plain.addRow('a.bin');
    row.update(after(4_000));
    row.retry('retrying in 1 s');
    row.update(after(1_999));
    row.update(after(2_000));
    expect(lines).toStrictEqual([
      'a.bin  40%  3.91 KiB  1000 B/s  ETA 0:06',
      'a.bin  retrying in 1 s',
      'a.bin  20%  1.95 KiB  1000 B/s  ETA 0:08',
    ]);
  });

  it('prints the total of several files every two seconds, and at the end', () => {
    const { lines, screen: plain } = screen();
    plain.addRow('a.bin').complete('saved');
    for (const elapsed of [250, 2_000, 2_250, 3_999]) plain.showTotal?.(totalAfter(elapsed));
    plain.addRow('b.bin').complete('saved');
    for (const elapsed of [4_000, 5_000]) plain.showTotal?.(totalAfter(elapsed));
    plain.stop();
    plain.stop();
    expect(lines.filter((line) => !line.endsWith('saved'))).toStrictEqual([
      '1 of 3 files  20%  1.95 KiB of 9.77 KiB  1000 B/s  ETA 0:08',
      '1 of 3 files  50%  4.88 KiB of 9.77 KiB  1000 B/s  ETA 0:05',
      '1 of 3 files  4.88 KiB in 5 s, 1000 B/s',
    ]);
  });

  it('prints the total below the lines of its files, whose time began later', () => {
    const { lines, screen: plain } = screen();
    const rows = [plain.addRow('a.bin'), plain.addRow('b.bin')];
    for (const elapsed of [1_900, 2_000, 2_100, 2_200, 2_400, 4_000, 4_100, 4_200, 4_400]) {
      rows.forEach((row, index) => {
        row.update(after(elapsed - 50 - 100 * index));
        plain.showTotal?.(totalAfter(elapsed));
      });
    }
    expect(lines.map((line) => line.replace(/ {2}.*/, ''))).toStrictEqual([
      ...['a.bin', 'b.bin', '1 of 3 files', 'a.bin', 'b.bin', '1 of 3 files'],
    ]);
  });

  it('prints no total of one file', () => {
    const { lines, screen: plain } = screen();
    plain.stop();
    expect(lines).toStrictEqual([]);
  });

  it('prints the result of a file', () => {
    const { lines, screen: plain } = screen();
    plain.addRow('a.bin').complete('5 KiB in 40 ms, saved');
    plain.addRow('b.bin').fail('ERROR: b.bin: the connection was reset');
    expect(lines).toStrictEqual([
      'a.bin  5 KiB in 40 ms, saved',
      'ERROR: b.bin: the connection was reset',
    ]);
  });
});
