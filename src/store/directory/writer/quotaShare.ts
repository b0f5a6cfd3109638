import type { Reservations } from '../owner/quota.js';
import type { Steps } from './steps.js';

/** What one file takes of a quota: reserved while it is received, and saved once it is published. */
export class QuotaShare {
  private bytes = 0;
  private files = 0;
  private isSaved = false;

  constructor(private readonly quota: Reservations) {}

  /** Throws QuotaError. */
  *take(bytes: number): Steps<void> {
    yield* this.quota.reserve(bytes, 0);
    this.bytes += bytes;
  }

  /** Throws QuotaError. */
  *takeFile(): Steps<void> {
    if (this.files > 0) return;
    yield* this.quota.reserve(0, 1);
    this.files = 1;
  }

  /** For an `ERROR` that has no file to replace. Throws QuotaError. */
  *takeMarker(bytes: number): Steps<void> {
    if (this.files > 0) return;
    yield* this.quota.reserveMarker(bytes);
    this.bytes += bytes;
    this.files = 1;
  }

  /** The file was published: whole, unless its size is given. */
  save(size = this.bytes): void {
    this.release();
    this.quota.save(size, 1);
    this.isSaved = true;
    this.bytes = size;
    this.files = 1;
  }

  /** The file is gone. */
  release(): void {
    if (this.isSaved) this.quota.save(-this.bytes, -this.files);
    else this.quota.release(this.bytes, this.files);
    this.isSaved = false;
    this.bytes = 0;
    this.files = 0;
  }
}
