import type { State } from '../admin/state.js';

/** What the page knows: the newest state, or that it hears nothing of the server. */
export type News = { readonly state: State } | { readonly lost: true };
