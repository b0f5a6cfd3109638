import type { State } from '../admin/state.js';

/** What the page receives: the newest state, or that the connection to the server is lost. */
export type Update = { readonly state: State } | { readonly lost: true };
