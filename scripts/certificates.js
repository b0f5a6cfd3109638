import { fileURLToPath } from 'node:url';

/** @param {string} file one of the certificates and keys of the specs @returns {string} its path */
export const certificateFile = (file) =>
  fileURLToPath(new URL(`../spec/support/certificates/${file}`, import.meta.url));

/** @param {string} name whose certificate and key either program is to present @returns {string[]} its arguments */
export const ownCertificate = (name) => [
  ...['--tls-cert', certificateFile(`${name}.pem`)],
  ...['--tls-key', certificateFile(`${name}.key`)],
];

/** @param {string} [name] the authority that either program is to trust @returns {string[]} its arguments */
export const trustedAuthority = (name = 'ca') => ['--tls-ca', certificateFile(`${name}.pem`)];
