export const PROGRAMS = ['rxdrop-server', 'rxdrop-client'];
