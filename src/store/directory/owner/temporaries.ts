import { scopeOf } from './scope.js';

/**
 * The names of temporary files: `.rxdrop-<scope>-<run>-<serial>.part`. The serial is private to the run. It is not
 * the number of the file, which may be known only at the end.
 */
export class Temporaries {
  constructor(
    readonly scope = scopeOf(),
    readonly run = Math.random().toString(36).slice(2, 10),
  ) {}

  nameOf(serial: number): string {
    return `.rxdrop-${this.scope}-${this.run}-${serial}.part`;
  }

  /**
   * The origin of a file with such a name: a run that the lock excludes (`own`), a run that it does not exclude
   * and that may still be writing (`foreign`), or no run (`undefined`).
   */
  origin(name: string): 'own' | 'foreign' | undefined {
    const { scope } = NAME.exec(name)?.groups ?? {};
    if (scope === undefined) return undefined;
    return scope === this.scope ? 'own' : 'foreign';
  }
}

const NAME = /^\.rxdrop-(?<scope>[0-9a-f]{12})-[a-z0-9]*-\d+\.part$/;
