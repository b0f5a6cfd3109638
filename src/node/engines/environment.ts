/** The variables of the process, from which engines have their credentials: other users cannot read them. */
export const environment = (): Readonly<Record<string, string | undefined>> => process.env;
