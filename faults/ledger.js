import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from './content.js';

/**
 * Notes every connection that was opened, and compares the directory with them at the end.
 *
 * @typedef {object} Entry
 * @property {number} bytes
 * @property {string} sha256 of all that the sender has, sent or not
 * @property {'fin' | 'reset' | 'cut' | undefined} ended how the sender ended it: `cut` is anything but the first two
 * @property {'fin' | 'rst' | 'early fin' | 'nothing' | undefined} saw what came of the server
 * @property {number | null | undefined} status of a client that is a program
 * @property {boolean} confirmed the sender takes its file for saved
 * @property {boolean} receipt it has the server's line that says so
 * @property {boolean} over
 * @property {boolean} killed the server was killed meanwhile
 *
 * @typedef {{ connections: number, saved: number, errors: number, lost: number, excused: number, unmarked: number, faults: string[] }} Balance
 */
export class Ledger {
  /** @type {Entry[]} */
  entries = [];
  /** The server was killed: its numbers may have gaps, and connections no file. */
  wasKilled = false;
  /** Connections that the server has refused or never accepted have no number. */
  uncounted = false;
  /** `ERROR` may be missing if not even that can be written. */
  unmarked = false;
  /** @type {string[]} names that a case itself has put into the directory */
  planted = [];

  /** @param {import('./content.js').Content} content @returns {Entry} */
  open({ bytes, sha256 }) {
    /** @type {Entry} */
    const entry = {
      bytes: bytes.length,
      sha256,
      ended: undefined,
      saw: undefined,
      status: undefined,
      confirmed: false,
      receipt: false,
      over: false,
      killed: false,
    };
    this.entries.push(entry);
    return entry;
  }

  /**
   * Call it immediately before the server is killed. The kernel sends a FIN for a dead server, too, so a FIN for a
   * transfer in flight is no failure; a receipt is.
   */
  kill() {
    this.wasKilled = true;
    for (const entry of this.entries) entry.killed ||= !entry.over;
  }

  /** @param {string} dir Whether every connection has its file by now: who resets does not wait for it. */
  isComplete(dir) {
    if (this.wasKilled || this.uncounted || this.unmarked) return true;
    const files = readdirSync(dir).filter((name) => NUMBERED.test(name));
    return files.filter((name) => !this.planted.includes(name)).length >= this.entries.length;
  }

  /** @param {string} dir @returns {Balance} */
  check(dir) {
    const faults = [];
    const files = readdirSync(dir).filter((name) => !this.planted.includes(name));
    /** @type {Map<string, Entry[]>} */
    const unclaimed = new Map();
    for (const entry of this.entries) {
      unclaimed.set(entry.sha256, [...(unclaimed.get(entry.sha256) ?? []), entry]);
    }
    /** @type {Set<Entry>} */
    const found = new Set();
    const ids = new Set();
    let errors = 0;
    for (const name of files) {
      const id = NUMBERED.exec(name)?.[1];
      if (id === undefined) {
        faults.push(`${name} is left behind`);
        continue;
      }
      ids.add(Number(id));
      const bytes = readFileSync(join(dir, name));
      if (bytes.equals(ERROR)) {
        errors++;
        continue;
      }
      // Of several senders of the same few bytes, a confirmed one comes first.
      const senders = unclaimed.get(sha256(bytes)) ?? [];
      const sender =
        senders.find(({ confirmed }) => confirmed) ??
        senders.find(({ ended }) => ended === 'fin') ??
        senders[0];
      if (sender === undefined) {
        faults.push(`${name} holds ${bytes.length} bytes that nobody sent as a file`);
        continue;
      }
      senders.splice(senders.indexOf(sender), 1);
      found.add(sender);
      if (sender.ended !== 'fin') faults.push(`${name} is saved, but its sender never ended it`);
      else if (sender.saw === 'rst' && !sender.killed)
        faults.push(`${name} is saved, but its sender got an error`);
    }

    const missing = this.entries.filter((entry) => entry.confirmed && !found.has(entry));
    const lost = missing.filter(({ killed, receipt }) => !killed || receipt);
    for (const { bytes } of lost) faults.push(`a confirmed file of ${bytes} bytes is lost`);

    const connections = this.entries.length;
    const absent = connections - found.size - errors;
    if (!this.wasKilled) {
      if (absent < 0) faults.push(`${-absent} more files than connections`);
      if (absent > 0 && !this.uncounted && !this.unmarked)
        faults.push(`${absent} of ${connections} connections have no file`);
      const highest = Math.max(0, ...ids);
      if (!this.unmarked && ids.size !== highest)
        faults.push(`${highest - ids.size} numbers up to ${highest} have no file`);
    }
    return {
      ...{ connections, saved: found.size, errors, lost: lost.length },
      ...{ excused: missing.length - lost.length, unmarked: Math.max(0, absent), faults },
    };
  }
}

const NUMBERED = /^(\d+)\.file(?:\.~\d+~)?$/;
const ERROR = Buffer.from('ERROR');
