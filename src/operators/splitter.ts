import {
  concat,
  defer,
  EMPTY,
  mergeMap,
  type ObservableInput,
  of,
  type OperatorFunction,
} from 'rxjs';

/** Cuts chunks into frames, and keeps what is not whole yet. Frames are borrowed, as their chunks are. */
export interface Splitter {
  /** Emits the frames that the chunk makes whole; throws at one that cannot be, after those before it. */
  split(chunk: Uint8Array, emit: (frame: Uint8Array) => void): void;
  /** Emits what is a frame at the end of the source; throws if the source ended too early. */
  end(emit: (frame: Uint8Array) => void): void;
}

/** Splits a source, and emits `copy(frame)` for each frame. */
export function splitBy<T>(
  createSplitter: () => Splitter,
  copy: (frame: Uint8Array) => T,
): OperatorFunction<Uint8Array, T> {
  return (source) =>
    defer(() => {
      const splitter = createSplitter();
      const frames = new FrameQueue<T>();
      const push = (frame: Uint8Array) => {
        frames.push(copy(frame));
      };
      return concat(source, of(undefined)).pipe(
        mergeMap((chunk) =>
          frames.run(() => {
            if (chunk) splitter.split(chunk, push);
            else splitter.end(push);
          }),
        ),
      );
    });
}

/**
 * Frames that are cut but not emitted yet. All frames of a chunk are cut before the first is out: what that
 * leads to may overwrite the chunk, or bring the next chunk, whose frames then wait here for their turn, so
 * that no call nests in another.
 */
class FrameQueue<T> {
  private waiting: T[] = [];
  private failure: { readonly error: unknown } | undefined;
  private emitting = false;

  push(frame: T): void {
    this.waiting.push(frame);
  }

  /** Adds what `cut` pushes; what is to be emitted now. */
  run(cut: () => void): ObservableInput<T> {
    if (this.failure) return EMPTY;
    try {
      cut();
    } catch (error) {
      this.failure = { error };
    }
    return this.emitting ? EMPTY : this.drain();
  }

  private *drain(): Generator<T, void> {
    this.emitting = true;
    while (this.waiting.length > 0) {
      const frames = this.waiting;
      this.waiting = [];
      yield* frames;
    }
    this.emitting = false;
    if (this.failure) throw this.failure.error;
  }
}
