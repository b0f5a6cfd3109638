/** JavaScript's timers count in 31 bits (25 days) and take more for 1 ms. */
export const MAX_TIMER_MS = 2 ** 31 - 1;
