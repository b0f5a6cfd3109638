import { scopeOf } from './scope.js';

/**
 * Names of temporaries: `.rxdrop-<scope>-<run>-<serial>.part`. The serial is private to the run, and no
 * number of a file, which may become known only at the end.
 */
export class Temporaries {
  private readonly run = Math.random().toString(36).slice(2, 10);

  constructor(private readonly scope = scopeOf()) {}

  /** The name of the temporary with a serial. */
  nameOf(serial: number): string {
    return `.rxdrop-${this.scope}-${this.run}-${serial}.part`;
  }

  /**
   * Who can have left a file of such a name: nobody (`undefined`), a run that the lock would exclude
   * (`own`), or one that it would not, which may still be writing (`foreign`).
   */
  origin(name: string): 'own' | 'foreign' | undefined {
    const { scope } = NAME.exec(name)?.groups ?? {};
    if (scope === undefined) return undefined;
    return scope === this.scope ? 'own' : 'foreign';
  }
}

const NAME = /^\.rxdrop-(?<scope>[0-9a-f]{12})-[a-z0-9]*-\d+\.part$/;
