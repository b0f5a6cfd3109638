import { drop } from '../support/programs.js';
import { followed } from '../support/recipes.js';

/** Finds what ClamAV finds in the file of the test, and ends with the same status. */
const clamdscan = `
for path; do :; done
grep -q EICAR-STANDARD-ANTIVIRUS-TEST-FILE "$path" || exit 0
echo "$path: Eicar-Test-Signature FOUND"
exit 1`;

describe('the recipe that scans for viruses', () => {
  it('publishes what is clean, and refuses what is not', async () => {
    const page = await followed('virus-scan', { clamdscan });
    const server = await page.serve(5000);
    const { status, stderr } = await page.run();
    expect(status).toBe(69);
    expect(stderr).toMatch(/^ERROR: .*eicar\.txt.*\n$/);
    expect(page.read('inbox/1.file')).toBe('ERROR');
    expect(page.read('inbox/2.file')).toBe('hello\n');
    expect(await drop(page.port(5000), page.read('eicar.txt'))).toBe('RST');
    expect(await server.stop()).toMatchObject({ status: 0, stderr: '' });
  });

  it('accepts nothing without the scanner, and prints a warning', async () => {
    const page = await followed('virus-scan', { clamdscan: 'exec no-such-program' });
    const server = await page.serve(5000);
    expect(await page.run()).toMatchObject({ status: 69 });
    expect([1, 2].map((id) => page.read(`inbox/${id}.file`))).toStrictEqual(['ERROR', 'ERROR']);
    expect((await server.stop()).stderr).toMatch(/^WARNING: 1\.file from .* refused by --check/);
  });
});
