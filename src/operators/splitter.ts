import {
  concat,
  concatAll,
  defer,
  map,
  type ObservableInput,
  of,
  type OperatorFunction,
  throwError,
} from 'rxjs';

/** Cuts chunks into frames, and keeps what is not whole yet. Frames are borrowed, as their chunks are. */
export interface Splitter {
  /** Emits the frames that the chunk makes whole; throws at one that cannot be, after those before it. */
  split(chunk: Uint8Array, emit: (frame: Uint8Array) => void): void;
  /** Emits what is a frame at the end of the source; throws where it has come too early. */
  end(emit: (frame: Uint8Array) => void): void;
}

/** Splits a source, and keeps of each frame what `keep` makes of it. */
export function splitBy<T>(
  newSplitter: () => Splitter,
  keep: (frame: Uint8Array) => T,
): OperatorFunction<Uint8Array, T> {
  return (source) =>
    defer(() => {
      const splitter = newSplitter();
      const piecesOf = (chunk: Uint8Array) =>
        collected<T>((emit) => {
          splitter.split(chunk, (frame) => {
            emit(keep(frame));
          });
        });
      const rest = () =>
        collected<T>((emit) => {
          splitter.end((frame) => {
            emit(keep(frame));
          });
        });
      return concat(
        source.pipe(map(piecesOf)),
        defer(() => of(rest())),
      ).pipe(concatAll());
    });
}

/** All at once, before the first is out: what it leads to may overwrite the chunk, or bring the next. */
function collected<T>(cut: (emit: (value: T) => void) => void): ObservableInput<T> {
  const values: T[] = [];
  try {
    cut((value) => {
      values.push(value);
    });
    return values;
  } catch (error) {
    return concat(
      values,
      throwError(() => error),
    );
  }
}
