import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import manifest from '../package.json' with { type: 'json' };

const entries = Object.keys(manifest.exports).filter((entry) => entry !== './package.json');
const page = (entry: string) => `${entry.slice(2) || manifest.name}.md`;

describe('the types of the package', () => {
  it.each(entries)('are, from %s, what stands in spec/api (`npm run api` writes it)', (entry) => {
    const built = execFileSync(process.execPath, ['scripts/api.js', entry], { encoding: 'utf8' });
    expect(built).toBe(readFileSync(`spec/api/${page(entry)}`, 'utf8'));
  });

  it('stand there for each entry', () => {
    expect(readdirSync('spec/api').sort()).toStrictEqual(entries.map(page).sort());
  });
});
