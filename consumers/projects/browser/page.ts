// The operators know no Node: no types of it, no module, no global.
import { collectBytes, idleTimeout, limitBytes } from 'rxdrop/operators';
import { map, of, type Observable } from 'rxjs';

export const text = (chunks$: Observable<Uint8Array>): Observable<string> =>
  chunks$.pipe(
    idleTimeout(1_000),
    limitBytes(64),
    collectBytes({ limit: 64 }),
    map((bytes) => String.fromCharCode(...bytes)),
  );

text(of(new Uint8Array([97, 98]), new Uint8Array([99]))).subscribe({
  next: (abc) => {
    document.title = abc;
  },
  error: (error: unknown) => {
    document.title = String(error);
  },
});
